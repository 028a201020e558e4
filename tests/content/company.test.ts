import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoToTicks } from '../../packages/weir/src/detect/isoTime.ts';
import type { Finding } from '../../packages/weir/src/model/finding.ts';
import type { ScanResult } from '../../packages/weir/src/model/scanResult.ts';
import { scan } from '../../packages/weir/src/weir.ts';
import type { Truth } from '../../samples/truth.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const truth: Truth = JSON.parse(await readFile(join(root, 'samples/truth.json'), 'utf8'));
const second = 10_000_000n;

let workDirectory = '';
let result: ScanResult;

beforeAll(async () => {
  workDirectory = await mkdtemp(join(tmpdir(), 'weir-company-'));
  const scanned = await scan(
    { paths: [join(root, 'samples/company')], rules: [], content: join(root, 'content'), workDirectory },
    async () => undefined,
  );
  result = scanned.result;
}, 120_000);

afterAll(() => rm(workDirectory, { recursive: true, force: true }));

const told = (): Finding[] => result.findings.filter(({ severity }) => severity === 'medium' || severity === 'high');

test('everything was read, and every rule ran', () => {
  expect(result.complete).toBe(true);
  expect(result.runs.map(({ error }) => error)).toEqual(Array(9).fill(undefined));
});

test('what is medium or high is what was planted, each story once', () => {
  expect(told().map(({ title }) => title)).toHaveLength(truth.incidents.length);
});

test.each(['README.md', 'docs/explain.md'])('%s names a finding of it', async (page) => {
  const ids = [...(await readFile(join(root, page), 'utf8')).matchAll(/weir explain ([0-9a-f]{8})\b/g)].map(
    ([, id]) => id ?? '',
  );
  expect(ids).not.toEqual([]);
  for (const id of ids) expect(result.findings.filter((finding) => finding.id.startsWith(id))).toHaveLength(1);
});

describe.each(truth.incidents.map((incident) => [incident.name, incident] as const))('%s', (_, incident) => {
  const found = (): Finding | undefined =>
    told().find(({ entities, firstSeen }) => {
      const near = firstSeen - (isoToTicks(incident.firstSeen) ?? 0n);
      return entities.destination.endsWith(incident.service) && near > -2n * second && near < 60n * second;
    });

  test('is found, with device, account and process', () => {
    // A device without an endpoint sensor has no other name than its address.
    const device = incident.process === null ? '10.20.9.45' : incident.device;
    expect(found()?.entities).toMatchObject({
      device,
      account: incident.account ?? '',
      process: incident.process ?? '',
    });
  });

  test('with its bytes and its time', () => {
    const { bytesSent, bytesKnown, connections, lastSeen } = found() ?? {};
    expect(Math.abs(Number(bytesSent) - incident.bytesSent)).toBeLessThan(incident.bytesSent / 100);
    expect(bytesKnown).toBe(connections);
    const late = (lastSeen ?? 0n) - (isoToTicks(incident.lastSeen) ?? 0n);
    expect(late > -60n * second && late < 2n * second).toBe(true);
  });
});

test('an upload in 400 parts is one finding whose 400 connections are all listed', () => {
  const chunks = told().filter(({ entities }) => entities.destination === 'transfer.sh');
  expect(chunks).toHaveLength(1);
  const [{ connections, evidence } = expect.fail('no such finding')] = chunks;
  expect(connections).toBe(400);
  expect(evidence.count).toBe(400);
  expect(new Set(evidence.eventIds).size).toBe(400);
});

test('no connection is evidence of two findings', () => {
  const ids = result.findings.flatMap(({ evidence }) => evidence.eventIds);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('everyday life', () => {
  const quiet = (): Finding[] => result.findings.filter((finding) => !told().includes(finding));

  test('of people is informational, and at most one finding a device and day', () => {
    const people = quiet().filter(({ rule }) => rule.name === 'Connection to a service known for exfiltration');
    const notInformational = people.filter(({ severity }) => severity !== 'informational');
    // The build server's messages to the team's chat.
    expect(notInformational.map(({ entities, service }) => [entities.process, service])).toEqual([
      ['curl.exe', 'Slack incoming webhooks'],
    ]);
    expect(people.length).toBeLessThan(truth.devices * truth.days);
  });

  test('of backups, diagnostics, pushes and reports is low', () => {
    const low = quiet().filter(({ severity }) => severity === 'low');
    expect(low.length).toBeLessThanOrEqual(17);
  });
});
