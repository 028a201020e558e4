import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Library } from './library.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-library-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const one = '4b1f0c9e-0000-4000-8000-000000000001';
const two = '4b1f0c9e-0000-4000-8000-000000000002';

function rule(id: string, name: string, bytes = 100): string {
  return `id: ${id}
name: ${name}
kind: Scheduled
severity: Medium
description: What is told.
queryFrequency: 5m
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: DeviceNetworkEvents | where BytesSent > ${bytes}
tactics: [Exfiltration]
relevantTechniques: [T1567]
`;
}

const exception = (when: string) => `exceptions:
  - id: printer
    name: The printer's cloud
    rule: all
    when: ${when}
    owner: sam
    reason: It is ours
    created: 2026-01-01
    expires: 2027-01-01
`;

let written = 0;
/** Writes a file so that its time is another, however fast the test is. */
async function write(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
  written += 1;
  await utimes(join(folder, name), written, written);
}

function library(basis = () => 'catalogue 1'): Library {
  return new Library({
    paths: [folder],
    own: folder,
    home: folder,
    exceptions: join(folder, '.exceptions.yaml'),
    basis,
  });
}

test('a changed rule has another revision, from then on; an edit that decides nothing has not', async () => {
  const rules = library();
  await write('.exceptions.yaml', exception('DeviceName == "printer-1"'));
  await write('one.yaml', rule(one, 'One'));
  await write('two.yaml', rule(two, 'Two'));
  expect(await rules.reload(10n)).toEqual({ changed: [one, two], gone: [] });
  expect(await rules.reload(20n)).toBeUndefined();
  await write('one.yaml', `# a word\n${rule(one, 'One')}`);
  expect(await rules.reload(30n)).toEqual({ changed: [], gone: [] });
  await write('one.yaml', rule(one, 'One', 200));
  await rm(join(folder, 'two.yaml'));
  expect(await rules.reload(40n)).toEqual({ changed: [one], gone: [two] });
  expect(rules.rules.map(({ rule, since }) => [rule.id, since])).toEqual([[one, 40n]]);
});

test('a change of what all rules go by is one of each', async () => {
  let basis = 'catalogue 1';
  const rules = library(() => basis);
  await write('.exceptions.yaml', exception('DeviceName == "printer-1"'));
  await write('one.yaml', rule(one, 'One'));
  await rules.reload(10n);
  basis = 'catalogue 2';
  expect(await rules.reload(20n)).toEqual({ changed: [one], gone: [] });
});

test('a file that breaks leaves what it said in force, and says where it is broken', async () => {
  const rules = library();
  await write('.exceptions.yaml', exception('DeviceName == "printer-1"'));
  await write('one.yaml', rule(one, 'One'));
  await write('two.yaml', rule(two, 'Two'));
  await rules.reload(10n);
  expect(rules.troubles).toEqual([]);
  await write('one.yaml', rule(one, 'One').replace('kind: Scheduled', 'kind: Hourly'));
  await write('.exceptions.yaml', exception('NoSuchColumn == 1'));
  expect(await rules.reload(20n)).toEqual({ changed: [], gone: [] });
  expect(rules.rules.map(({ rule }) => rule.id).sort()).toEqual([one, two]);
  expect(rules.exceptions.map(({ id }) => id)).toEqual(['printer']);
  expect(rules.troubles.map(({ place }) => place.replace(folder, ''))).toEqual([
    '/one.yaml:3:1',
    '/.exceptions.yaml:5:11',
  ]);
  await write('one.yaml', rule(one, 'One', 300));
  expect(await rules.reload(30n)).toEqual({ changed: [one], gone: [] });
  expect(rules.troubles).toHaveLength(1);
});

test('a folder that cannot be read, and a query that says no schedule, are told, and nothing else changes', async () => {
  const rules = library();
  await write('.exceptions.yaml', exception('DeviceName == "printer-1"'));
  await write('one.yaml', rule(one, 'One'));
  await write('bare.kql', 'DeviceNetworkEvents | take 1');
  await rules.reload(10n);
  expect(rules.rules.map(({ rule }) => rule.id)).toEqual([one]);
  expect(rules.troubles.map(({ code }) => code)).toEqual(['RULE_UNSCHEDULED']);
  await rm(folder, { recursive: true });
  await rules.reload(20n);
  expect(rules.rules.map(({ rule }) => rule.id)).toEqual([one]);
  expect(rules.troubles.map(({ code }) => code)).toContain('RULE_UNREADABLE');
});
