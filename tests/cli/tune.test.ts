import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadExceptions } from '../../packages/weir/src/exceptions/load.ts';
import { loadRules } from '../../packages/weir/src/rules/load.ts';
import { weir } from './weir.ts';

const company = fileURLToPath(new URL('../../samples/company', import.meta.url));
/** Those that tell of habits in the samples; others only take time. */
const folders = ['large-upload', 'mailbox-from-script', 'exfiltration-service'].map((name) =>
  fileURLToPath(new URL(`../../content/rules/${name}`, import.meta.url)),
);
const rules = folders.flatMap((path) => ['--rule', path]);

test('proposes the backup of the samples, hides nothing planted, and writes where asked', {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-tune-'));
  const file = join(folder, 'exceptions.yaml');
  const { code, stdout, stderr } = await weir(['tune', company, ...rules, '--write', file]);
  expect(code).toBe(0);
  expect(stderr).toContain('name their owners');
  expect(stdout).toMatch(/Looked at 2 d 23 h/);
  expect(stdout).toContain('hvagent.exe sends to larkfield-backup.s3.eu-central-1.amazonaws.com');
  const [, proposed = '', still = ''] = /([\s\S]*)(Still told of[\s\S]*)/.exec(stdout) ?? [];
  expect(proposed).toMatch(/hides +1 finding; no verdicts were given/);
  expect(proposed).toMatch(/a day/);
  expect([...proposed.matchAll(/^tune-(\d+)/gm)].map(([, id]) => id)).toEqual(['1', '2']);
  expect(proposed).toMatch(/beware +graph.microsoft.com/);
  expect(proposed).not.toMatch(/python.exe sends/);
  for (const planted of ['svchostw.exe', 'transfer.sh', 'aws.exe', 'Telegram Bot API', 'Gofile'])
    expect(still).toContain(planted);
  // What was written is a file of exceptions that a scan takes.
  const taken = await loadExceptions(file, { rules: await loadRules(folders), all: false });
  expect(taken.map(({ id, owner }) => [id, owner])).toEqual([
    ['tune-1', 'to be named'],
    ['tune-2', 'to be named'],
  ]);
  rmSync(folder, { recursive: true, force: true });
});
