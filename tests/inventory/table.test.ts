import { compile } from '@weir/kql';
import { describe, expect, test } from 'vitest';
import { detect } from '../../packages/weir/src/detect/detect.ts';
import { hostMatcher } from '../../packages/weir/src/inventory/hosts.ts';
import type { Lake } from '../../packages/weir/src/lake/lake.ts';
import { weirSchema } from '../../packages/weir/src/tables/index.ts';
import { at, event } from '../fusion/fused.ts';
import { scheduledRule, withWorld } from './world.ts';

const inventory = `
hosts:
  - { name: ws-*, role: workstation, owner: Service desk }
  - { name: build-1, role: build }
  - { name: 10.0.0.9, role: backup }
  - { name: gone-1, role: server }
sites:
  - { name: Northgate, networks: [10.0.0.0/16], sensors: [zeek-north] }
services:
  - { service: Dropbox, roles: [workstation, build], sites: [Northgate] }
buckets:
  - { name: larkfield-backups, note: nightly }
tenants:
  - { name: larkfield }
proxies:
  - { address: 10.0.0.8, port: 3128, site: Northgate }
`;

const from = (DeviceName: string, LocalIP: string, RemoteUrl: string, more = {}) =>
  event({ DeviceName, LocalIP, RemoteUrl, ...more });
const events = [
  from('WS-7.larkfield.example', '10.0.0.7', 'larkfield-backups.s3.eu-west-1.amazonaws.com'),
  from('build-1', '10.0.0.2', 'content.dropboxapi.com'),
  from('tape', '10.0.0.9', 'content.dropboxapi.com'),
  from('ws-8', '10.0.0.10', 'foreign.s3.eu-west-1.amazonaws.com'),
  from('ws-8', '10.0.0.10', 'larkfield.sharepoint.com'),
  from('ws-8', '10.0.0.10', 'notlarkfield.sharepoint.com'),
];

async function ask(lake: Lake, kql: string): Promise<unknown[][]> {
  const { sql, diagnostics } = compile(kql, { schema: weirSchema, dialect: 'duckdb' });
  if (sql === undefined) throw new Error(JSON.stringify(diagnostics));
  return lake.engine.table(sql);
}

describe('the table', () => {
  test('says of each entry what it is in the data', async () => {
    const rows = await withWorld({ events }, inventory, (lake) =>
      ask(
        lake,
        'Inventory | project Kind, Name, Value, Role, Site, Port, Owner, Note | sort by Kind asc, Name asc, Value asc, Role asc',
      ),
    );
    expect(rows.map((row) => row.join('|'))).toEqual([
      'bucket|larkfield-backups|larkfield-backups.s3.eu-west-1.amazonaws.com|||||nightly',
      'host|10.0.0.9|tape|backup||||',
      'host|build-1|build-1|build||||',
      'host|gone-1||server||||',
      'host|ws-*|WS-7.larkfield.example|workstation|||Service desk|',
      'host|ws-*|ws-8|workstation|||Service desk|',
      'network|10.0.0.0/16|10.0.0.0/16||Northgate|||',
      'proxy|10.0.0.8|10.0.0.8||Northgate|3128||',
      'sensor|zeek-north|zeek-north||Northgate|||',
      'service|Dropbox|Dropbox|build|Northgate|||',
      'service|Dropbox|Dropbox|workstation|Northgate|||',
      'site|Northgate|Northgate||Northgate|||',
      'tenant|larkfield|larkfield.sharepoint.com|||||',
    ]);
  });

  test('joins to what is sanctioned, to roles and to what is ours', async () => {
    const found = await withWorld({ events }, inventory, async (lake) => ({
      unsanctioned: await ask(
        lake,
        `let Hosts = Inventory | where Kind == "host" | project DeviceName = Value, Role;
         let Allowed = Inventory | where Kind == "service" | project Service = Value, Role, Site;
         DeviceNetworkEvents | where Service == "Dropbox" | join kind=leftouter Hosts on DeviceName
         | join kind=leftanti Allowed on Service, Role, Site | project DeviceName, Role`,
      ),
      foreign: await ask(
        lake,
        `DeviceNetworkEvents | where Service == "Amazon S3"
         | where RemoteHost !in ((Inventory | where Kind == "bucket" | project Value)) | project RemoteHost`,
      ),
    }));
    expect(found).toEqual({ unsanctioned: [['tape', 'backup']], foreign: [['foreign.s3.eu-west-1.amazonaws.com']] });
  });

  test('is empty without an inventory', async () => {
    expect(await withWorld({ events }, null, (lake) => ask(lake, 'Inventory | count'))).toEqual([[0n]]);
  });
});

test.each([
  ['build-1', [], 'build-1'],
  ['BUILD-1.larkfield.example', [], 'build-1'],
  ['build-12', [], 'build-*'],
  ['build-x-9', [], 'build-x-*'],
  ['other', ['10.0.0.9'], '10.0.0.9'],
  ['build-2', ['10.0.0.9'], 'build-*'],
  ['xbuild-2', [], undefined],
  ['a+b', [], 'a+b'],
])('of the entries about %s at %j the nearest counts: %s', (device, addresses, name) => {
  const hosts = ['build-*', 'build-x-*', 'build-1', '10.0.0.9', 'a+b'].map((written) => ({
    name: written,
    role: 'r',
    owner: '',
    note: '',
  }));
  expect(hostMatcher(hosts)(device, addresses)?.name).toBe(name);
});

describe('a rule over time', () => {
  const late = from('tape', '10.0.0.9', 'content.dropboxapi.com', { Timestamp: at('12:00:00') });
  const runOf = (query: string) =>
    withWorld({ events: [...events, late] }, inventory, async (lake) => {
      const { runs, findings } = await detect(lake, [scheduledRule(query)], {});
      return {
        run: runs[0],
        devices: findings.map(({ entities }) => entities.device).sort(),
        counts: findings.map(({ evidence }) => evidence.count),
      };
    });

  test('sees the whole inventory at every moment, and only what its window holds beside it', async () => {
    const { run, devices, counts } = await runOf(
      'DeviceNetworkEvents | where Timestamp > ago(15m) | join kind=inner (Inventory | where Role == "backup" | project DeviceName = Value, Role) on DeviceName',
    );
    expect(run).toMatchObject({ shape: 'general' });
    expect(run?.error).toBeUndefined();
    expect({ devices, counts }).toEqual({ devices: ['tape'], counts: [2] });
  });

  test('sees a host of the inventory that is silent, also while nothing else is logged', async () => {
    const { run } = await runOf(
      'Inventory | where Kind == "host" and Value == "tape" | join kind=leftanti DeviceNetworkEvents on $left.Value == $right.DeviceName | project DeviceName = Value',
    );
    // From 10:00 to 12:00 in steps of 5 minutes; the quarter of an hour from 10:00 on is not silent, nor is 12:00.
    expect(run?.error).toBeUndefined();
    expect(run?.method).toMatch(/25 ticks of 5 min, 25 of them/);
    expect(run?.resultRows).toBe(1);
  });

  test('one that asks for rows of the inventory alone has a result at every moment', async () => {
    const { run, devices } = await runOf('Inventory | where Value == "tape" | project DeviceName = Value');
    expect(run?.error).toBeUndefined();
    expect(devices).toEqual(['tape']);
  });
});
