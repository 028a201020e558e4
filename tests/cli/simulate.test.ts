import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { runSimulate, type SimulateFlags } from '../../packages/weir/src/cli/simulate.ts';
import { weir } from './weir.ts';

const name = 'telegram-bot-archive';
const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'weir-simulate-')), 'logs');

test("writes an endpoint's logs and a sensor's, or of all that are named", async () => {
  const [out, whole] = [newFolder(), newFolder()];
  const ran = await weir(['simulate', name, '--out', out]);
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringMatching(/^\d+ records in 6 files; weir scan /) });
  expect(ran.stdout.trim().split('\n')).toContain(join(out, 'zeek', 'conn.log'));
  expect(readdirSync(out).sort()).toEqual(['defender', 'zeek']);
  const all = ['defender', 'zeek', 'suricata', 'sysmon'];
  await weir(['simulate', name, ...all.flatMap((sensor) => ['--as', sensor]), '--out', whole]);
  expect(readdirSync(whole).sort()).toEqual([...all].sort());
});

test('the same seed writes the same bytes, and only the sensors that were asked for', async () => {
  const [one, two] = [newFolder(), newFolder()];
  for (const out of [one, two])
    await weir(['simulate', name, '--as', 'zeek', '--as', 'sysmon', '--seed', '9', '--out', out]);
  const all = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(log|json)$/.test(file))
      .sort();
  expect(all(one)).toEqual(['sysmon/sysmon.json', 'zeek/conn.log', 'zeek/dns.log', 'zeek/ssl.log']);
  for (const file of all(one)) expect(readFileSync(join(one, file))).toEqual(readFileSync(join(two, file)));
});

test('lists scenarios, and all about one', async () => {
  const list = JSON.parse((await weir(['simulate', '--list', '--format', 'json'])).stdout);
  expect(list.map((item: { name: string }) => item.name)).toContain(name);
  const about = await weir(['simulate', name, '--list']);
  expect(about.stdout).toContain('Contagious Interview (G1052) T1567');
  expect(about.stdout).toMatch(/--set +calls=… usually 6; from 3 to 15/);
});

describe('a mistake is told with the way out', () => {
  const usual = { seed: '0', format: 'table' } as const;
  const x = { out: 'x' };

  test.each<[string, string[], Partial<SimulateFlags>, string, string]>([
    ['an unknown name', ['nothing'], x, 'there is no such scenario', 'weir simulate --list'],
    ['no name', [], x, 'no scenario is named', 'weir simulate --list'],
    ['nowhere to write', [name], {}, 'either --out or --to', 'Give --out with a folder'],
    ['two places at once', [name], { out: 'x', to: 'http://127.0.0.1' }, 'either --out or --to', 'Give --out'],
    ['a folder with something in it', [name], { out: '.' }, 'the folder is not empty', 'Name a new one'],
    ['a file for a folder', [name], { out: 'package.json' }, 'cannot be written (ENOTDIR)', 'Name a new folder'],
    ['a folder below a file', [name], { out: 'package.json/x' }, 'cannot be written (ENOTDIR)', 'Name a new folder'],
    ['a parameter outside its range', [name], { ...x, set: ['calls=99'] }, 'outside its range', '3 to 15'],
    ['a parameter that it does not have', [name], { ...x, set: ['calles=9'] }, 'no scenario named here', 'calls'],
    ['a setting of nothing', [name], { ...x, set: ['calls'] }, 'calls sets nothing', 'name=value'],
    ['a seed that is none', [name], { ...x, seed: 'x' }, 'x is no seed', 'whole number'],
    ['a time that is none', [name], { ...x, start: 'soon' }, 'soon is not a moment', '2026-03-12T10:00:00Z'],
    ['an address that is none', [name], { to: 'file:///tmp/x' }, 'no address of an intake', 'http://'],
    ['what no sensor sees', ['salesforce-bulk-export'], x, 'no endpoint and no network sensor', 'Leave it out'],
  ])('%s', async (_, names, flags, message, advice) => {
    await expect(runSimulate(names, { ...usual, ...flags })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message),
      advice: expect.stringContaining(advice),
    });
  });

  test('on the command line', async () => {
    const { code, stdout, stderr } = await weir(['simulate', 'nothing', '--out', 'x']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('weir: nothing: there is no such scenario');
    expect((await weir(['simulate', name, '--as', 'nose'])).stderr).toContain('Allowed choices are defender');
  });
});

interface Got {
  readonly type: string | undefined;
  readonly body: string;
}

/** An intake that keeps what it is sent and answers with a status. */
async function intake(status: number, use: (url: string) => Promise<void>): Promise<Got[]> {
  const got: Got[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    got.push({ type: request.headers['content-type'], body: await text(request) });
    response.writeHead(status).end(status === 200 ? '' : 'the disk is full\u001b[31m');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/intake`).finally(() => server.close());
  return got;
}

test('posts records as NDJSON', async () => {
  const got = await intake(200, async (url) => {
    const ran = await weir([
      'simulate',
      name,
      '--as',
      'defender',
      '--as',
      'zeek',
      '--to',
      url,
      '--start',
      '2026-03-12',
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringMatching(/^\d+ records sent to http:/) });
  });
  expect(got).toHaveLength(6);
  for (const { type, body } of got) {
    expect(type).toBe('application/x-ndjson');
    for (const line of body.trimEnd().split('\n')) expect(Object.keys(JSON.parse(line)).length).toBeGreaterThan(4);
  }
  expect(got.some(({ body }) => body.includes('"time":"2026-03-12T00:0'))).toBe(true);
});

test('what is sent without --start has just ended', async () => {
  const before = Date.now();
  const [{ body } = { body: '' }] = await intake(200, async (url) => {
    await weir(['simulate', name, '--as', 'sysmon', '--to', url]);
  });
  const times = body
    .trimEnd()
    .split('\n')
    .map((line) => Date.parse(`${JSON.parse(line).UtcTime}Z`));
  expect(Math.max(...times)).toBeLessThan(Date.now());
  expect(Math.max(...times)).toBeGreaterThan(before - 15 * 60_000);
});

test('says when the intake does not take them', async () => {
  await intake(507, async (url) => {
    const { code, stderr } = await weir(['simulate', name, '--as', 'zeek', '--to', url]);
    expect(code).toBe(2);
    expect(stderr).toContain('zeek/conn.log was not taken: 507 the disk is full');
    expect(stderr).not.toContain('\u001b');
  });
  let closed = '';
  await intake(200, async (url) => {
    closed = url;
  });
  const gone = await weir(['simulate', name, '--as', 'zeek', '--to', closed]);
  expect(gone).toMatchObject({ code: 2, stderr: expect.stringContaining('Check that the intake runs there') });
});
