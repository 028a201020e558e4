import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { smallCase, weir } from '../cli/weir.ts';

const { folder, log } = smallCase();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inventory = join(folder, 'inventory.yaml');
writeFileSync(
  inventory,
  `sites:
  - { name: Northgate, networks: [10.0.0.0/16, 203.0.113.0/24] }
hosts:
  - { name: 10.0.0.5, role: backup }
`,
);
const byBackups = join(folder, 'backups.kql');
writeFileSync(
  byBackups,
  'DeviceNetworkEvents | where DeviceName in ((Inventory | where Role == "backup" | project Value)) | where Site == "Northgate"',
);

describe('--inventory', { timeout: 120_000 }, () => {
  it('is what a query may ask, with logs and without', async () => {
    const csv = ['--inventory', inventory, '--format', 'csv'];
    const [alone, joined, none] = await Promise.all([
      weir(['query', ...csv, 'Inventory | where Kind == "host" | project Name, Value, Role']),
      weir([
        'query',
        ...csv,
        '--data',
        log,
        'NetworkFlows | distinct Direction, toscalar(Inventory | where Kind == "host" | project Value)',
      ]),
      weir(['query', 'Inventory']),
    ]);
    expect(alone).toMatchObject({ code: 0, stdout: 'Name,Value,Role\n10.0.0.5,,backup\n', stderr: '' });
    expect(joined).toMatchObject({ code: 0, stdout: expect.stringContaining('internal,10.0.0.5') });
    expect(none.stderr).toContain('no inventory was given (--inventory FILE), so Inventory is empty');
  });

  it('is what a rule of a scan may read, and what the report no longer asks for', async () => {
    const report = join(folder, 'report.html');
    const { code, stdout } = await weir([
      'scan',
      log,
      '--inventory',
      inventory,
      '--rule',
      byBackups,
      '--format',
      'json',
      '--report',
      report,
    ]);
    const result = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(result).toMatchObject({ complete: true, findings: [{ connections: 3, entities: { device: '10.0.0.5' } }] });
    expect(result.fusion.notes.filter((note: string) => note.startsWith('Inventory:'))).toEqual([]);
    expect(readFileSync(report, 'utf8')).toContain('10.0.0.5');
  });

  it.each(['scan', 'query'])('ends %s with 2 at the place of a mistake, before any log is read', async (command) => {
    const wrong = join(folder, `wrong-${command}.yaml`);
    writeFileSync(wrong, 'sites:\n  - name: Northgate\n    netwroks: [10.0.0.0/16]\n');
    const args = command === 'scan' ? ['scan', log] : ['query', '--data', log, 'Inventory'];
    const { code, stdout, stderr } = await weir([...args, '--inventory', wrong]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${wrong}:3:5: sites.0.netwroks: unknown key; did you mean networks?`);
  });

  it('says so of a file that is not there', async () => {
    const { code, stderr } = await weir(['scan', log, '--inventory', join(folder, 'gone.yaml')]);
    expect(code).toBe(2);
    expect(stderr).toContain('gone.yaml: cannot be read (ENOENT)');
  });

  it('tells a foreign bucket from our own, with the sample that is its documentation', async () => {
    const sample = (path: string) => fileURLToPath(new URL(`../../samples/${path}`, import.meta.url));
    const { code, stdout } = await weir([
      ...[
        'query',
        '--data',
        sample('company/zeek/2026-03-10'),
        '--inventory',
        sample('inventory.yaml'),
        '--format',
        'csv',
      ],
      `let Ours = Inventory | where Kind == "bucket" | project Value;
       DeviceNetworkEvents | where Service == "Amazon S3" and Site == "Works"
       | summarize Sent = sum(BytesSent) by RemoteHost, IsOurs = RemoteHost in (Ours) | where not(IsOurs) | project RemoteHost`,
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'RemoteHost\nnq-archive-7741.s3.eu-west-1.amazonaws.com\n' });
  });

  it('is told in the help as read only where named', async () => {
    for (const command of ['scan', 'query'])
      expect((await weir([command, '--help'])).stdout.replace(/\s+/g, ' ')).toMatch(
        /--inventory <file> .*read only where named/,
      );
  });
});
