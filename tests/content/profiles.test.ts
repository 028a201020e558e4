import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import { loadExceptions } from '../../packages/weir/src/exceptions/load.ts';
import { loadInventory } from '../../packages/weir/src/inventory/load.ts';
import type { ScanResult } from '../../packages/weir/src/model/scanResult.ts';
import { loadRules } from '../../packages/weir/src/rules/load.ts';
import { scan } from '../../packages/weir/src/weir.ts';
import { weir } from '../cli/weir.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const profiles = (await readdir(join(content, 'profiles'), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const rules = { rules: await loadRules([join(content, 'rules')]), all: true };
const { services } = await loadCatalogue(join(content, 'catalogue'));

describe.each(profiles)('%s', (name) => {
  const folder = join(content, 'profiles', name);
  test('has exceptions and an inventory that load', async () => {
    const exceptions = await loadExceptions(join(folder, 'exceptions.yaml'), rules);
    expect(exceptions.length).toBeGreaterThan(0);
    // Each looks at the program's own name or place, and ends.
    for (const { when } of exceptions) expect(when).toMatch(/ProgramRenamed|ProgramPlace/);
    expect((await loadInventory(join(folder, 'inventory.yaml'), services)).services).toBeDefined();
  });
});

let folder: string;
let result: ScanResult;
const through = [
  ['through-backup-agent', 'hvagent.exe'],
  ['through-chat-client', 'Telegram.exe'],
  ['through-git-client', 'git-remote-https.exe'],
  ['through-management-agent', 'powershell.exe'],
  ['through-sync-client', 'OneDrive.exe'],
] as const;
/** The profile of sync clients is about OneDrive on people's devices. A seed gives it a device of its own. */
const oneDrive = ['client=onedrive', 'role=workstation', 'total=8GB'].flatMap((way) => ['--set', way]);

const ownCompany = `hosts:
  - { name: 'dev-*', role: development }
  - { name: 'ws-*', role: workstation }
  - { name: 'srv-*', role: backup }
services:
  - { service: GitHub, roles: [development] }
  - service: Slack
  - service: Discord
  - service: Telegram
tenants: [{ name: northwind }]
buckets: [{ name: northwind-backup }, { name: northwinddiag }]
`;

/** A scan of what goes out through programs that profiles are about, with every exception of every profile. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-profiles-'));
  const logs = join(folder, 'logs');
  const others = through.map(([name]) => name).filter((name) => name !== 'through-sync-client');
  await weir(['simulate', ...others, '--out', join(logs, 'others')]);
  await weir(['simulate', 'through-sync-client', ...oneDrive, '--seed', '7', '--out', join(logs, 'sync')]);
  const texts = await Promise.all(
    profiles.map((name) => readFile(join(content, 'profiles', name, 'exceptions.yaml'), 'utf8')),
  );
  const all = join(folder, 'exceptions.yaml');
  const entries = texts.map((text) => text.slice(text.indexOf('exceptions:\n') + 'exceptions:\n'.length));
  await writeFile(all, `exceptions:\n${entries.join('')}`);
  // Roles and services that make the profiles be about the scenarios' devices.
  const inventory = join(folder, 'inventory.yaml');
  await writeFile(inventory, ownCompany);
  const workDirectory = join(folder, 'work');
  await scan(
    { paths: [logs], content, workDirectory, rules: [], inventory, exceptions: { file: all, now: 0n } },
    async () => undefined,
  ).then((scanned) => {
    result = scanned.result;
  });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Whether a person is told of it. */
const isFound = (process: string) =>
  result.findings.some(
    ({ severity, entities }) =>
      severity !== 'informational' && entities.process.toLowerCase() === process.toLowerCase(),
  );

test.each(through)('%s is still found with every profile active', (_, process) => {
  expect(isFound(process)).toBe(true);
});

test('no profile hides anything of them', () => {
  expect(result.hidden.map(({ finding, by }) => [finding.title, by])).toEqual([]);
});
