import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ran, smallCase, weir } from './weir.ts';

/** Each runs Weir a few times, on machines that do other work too. */
const timeout = 300_000;

/** The rule that finds the story; the whole pack where it matters. */
const rule = fileURLToPath(new URL('../../content/rules/large-upload', import.meta.url));

let folder: string;
let logs: string;
let scanned: Ran;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-explain-'));
  logs = join(folder, "l'ogs");
  await weir(['simulate', 'rclone-renamed', '--out', logs]);
  scanned = await weir(['scan', logs]);
}, timeout);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The words of the command that a scan ends with. */
const next = () =>
  /^Next\s+weir (explain [0-9a-f]{8}) /m.exec(scanned.stdout)?.[1]?.split(' ') ?? expect.fail(scanned.stdout);

test('what a scan says to type next asks its logs, question by question', { timeout }, async () => {
  expect(scanned.stdout).toContain(`'${join(folder, "l'\\''ogs")}'`);
  const { code, stdout, stderr } = await weir([...next(), logs]);
  expect([code, stderr]).toEqual([0, '']);
  const numbers = [...stdout.matchAll(/^(\d) {2}\S/gm)].map(([, number]) => Number(number));
  expect(numbers.length).toBeGreaterThanOrEqual(5);
  expect(stdout).toContain('rclone.exe');
  for (const stage of ['CONTAIN', 'PRESERVE', 'SCOPE', 'NOTIFY', 'RECOVER']) expect(stdout).toContain(`\n${stage}\n`);
  expect(stdout).toMatch(/The logs have no DeviceFileEvents|No rows/);
});

test('from the JSON of a scan the queries are told with their values', { timeout }, async () => {
  const json = join(folder, 'findings.json');
  writeFileSync(json, (await weir(['scan', logs, '--rule', rule, '--format', 'json'])).stdout);
  const [, id = ''] = next();
  const { stdout } = await weir(['explain', id, '--from', json, '--format', 'json']);
  const told = JSON.parse(stdout);
  expect(told.finding.id.startsWith(id)).toBe(true);
  for (const { query, answer } of told.questions) {
    expect(query).not.toContain('{{');
    expect(answer).toBeNull();
  }
  // One of these, asked as it stands, gives what explain itself gets.
  const asked = JSON.parse((await weir(['explain', id, logs, '--from', json, '--format', 'json'])).stdout);
  const [first] = asked.questions;
  expect(first.answer.count).toBeGreaterThan(0);
  const queried = JSON.parse((await weir(['query', '--data', logs, '--format', 'json', first.query])).stdout);
  expect(queried.rows).toEqual(first.answer.rows);
});

test('the list of rules, and all about one of them by its folder, name or file', async () => {
  expect((await weir(['explain'])).stdout).toContain('large-upload');
  const { code, stdout } = await weir(['explain', 'Large-Upload']);
  expect(code).toBe(0);
  for (const part of ['needs', 'decides by', 'score', 'harmless', 'cannot see', 'Questions', 'Response'])
    expect(stdout).toContain(part);
  expect(stdout).not.toContain('{{');
});

describe('said in words, with exit code 2:', () => {
  test.each([
    ['a rule that is not there', ['large-uplaod'], /Did you mean large-upload\?/],
    ['a finding without logs', ['0785e0e5'], /nothing says what this finding is/],
    ['a rule with logs', ['large-upload', 'x'], /a rule has many findings/],
  ])('%s', async (_, args, words) => {
    const { code, stderr } = await weir(['explain', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });

  test('a finding that these logs do not have', { timeout }, async () => {
    const { code, stderr } = await weir(['explain', 'ffffffff', logs, '--rule', rule]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/none of the \d+ findings has this id/);
  });
});

test('a rule of another kind has the guide for any rule, and findings that can be asked about', {
  timeout,
}, async () => {
  const { folder: small, log, rule: all } = smallCase();
  const told = JSON.parse((await weir(['scan', log, '--rule', all, '--format', 'json'])).stdout);
  const { code, stdout } = await weir(['explain', told.findings[0].id, log, '--rule', all]);
  expect(code).toBe(0);
  expect(stdout).toContain('Not asked: the finding does not know Process.');
  expect(stdout).toContain('203.0.113.7');
  rmSync(small, { recursive: true, force: true });
});
