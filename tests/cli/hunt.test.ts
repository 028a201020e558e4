import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { smallCase, weir } from './weir.ts';

const { folder, log } = smallCase();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const timeout = 300_000;

test('the list, and all about one of them', { timeout }, async () => {
  expect((await weir(['hunt'])).stdout).toContain('names-that-carry');
  const { code, stdout } = await weir(['hunt', 'beacons']);
  expect(code).toBe(0);
  for (const part of ['hypothesis', 'needs', 'reading', 'harmless', '| summarize']) expect(stdout).toContain(part);
});

test('rows with the help to read them, and as programs read them', { timeout }, async () => {
  const { code, stdout } = await weir(['hunt', 'nameless-addresses', log]);
  expect(code).toBe(0);
  expect(stdout).toContain('No rows.\nWhere the logs lack what it needs, that says nothing.');
  expect(stdout).toContain('The logs end 2026-');
  const lookups = await weir(['hunt', 'asked-never-connected', log]);
  expect(lookups.stdout).toContain('No rows.\nThe logs have no DnsEvents, so this says nothing.');
  const csv = await weir(['hunt', 'nameless-addresses', log, '--format', 'csv']);
  expect(csv.stdout).toBe('DeviceName,Program,RemoteIP,BytesSent,BytesReceived,Connections,Ports,First\n');
});

test('said in words, with exit code 2', { timeout }, async () => {
  const absent = await weir(['hunt', 'beacon']);
  expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining('Did you mean beacons?')]);
  const noLogs = await weir(['hunt', 'beacons', '--format', 'csv']);
  expect([noLogs.code, noLogs.stderr]).toEqual([2, expect.stringContaining('no logs to hunt in')]);
});
