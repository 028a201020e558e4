import { describe, expect, test } from 'vitest';
import type { UserError } from '../../packages/weir/src/model/userError.ts';
import { inventoryOf } from './world.ts';

const whole = `
hosts:
  - name: WS-*
    role: workstation
    owner: Service desk
  - { name: "::ffff:10.1.0.8", role: proxy }
sites:
  - name: Northgate
    networks: [10.1.0.0/16, 10.1.200.0/24, 198.51.100.0/24, 2001:DB8:1::/48]
    sensors: [zeek-north]
  - name: Millside
    networks: [10.2.0.0/16, 192.168.0.0/24]
    sensors: [zeek-mill]
  - name: Harbour
    networks: [192.168.0.0/24, 10.1.200.0/26]
    sensors: [zeek-harbour]
    note: shares its network with Millside
services:
  - { service: Dropbox, roles: [workstation], sites: [Northgate] }
  - { service: Dropbox, sites: [Millside] }
tenants:
buckets:
  - name: Larkfield-Backups
repositories:
  - { name: larkfield/website, note: public }
proxies:
  - { address: 10.1.0.8, port: 3128, site: Northgate }
`;

test('an inventory is read, its names as rows have them', async () => {
  const inventory = await inventoryOf(whole);
  expect(inventory.hosts).toEqual([
    { name: 'ws-*', role: 'workstation', owner: 'Service desk', note: '' },
    { name: '10.1.0.8', role: 'proxy', owner: '', note: '' },
  ]);
  expect(inventory.sites[0]?.networks).toContain('2001:db8:1::/48');
  expect(inventory.buckets).toEqual([{ name: 'larkfield-backups', note: '' }]);
  expect(inventory.tenants).toEqual([]);
});

test.each([
  ['10.1.3.4', 'Northgate'],
  ['::ffff:10.1.3.4', 'Northgate'],
  ['10.1.200.200', 'Northgate'],
  ['10.1.200.5', 'Harbour'],
  ['198.51.100.77', 'Northgate'],
  ['2001:db8:1:2::3', 'Northgate'],
  ['192.168.0.7', ''],
  ['203.0.113.1', undefined],
  ['10.9.0.1', undefined],
  ['no address', undefined],
])('%s is in the smallest network that holds it: %s', async (address, site) => {
  expect((await inventoryOf(whole)).siteOf(address)).toBe(site);
});

/** Where and how an inventory is refused. */
async function refusal(text: string): Promise<string> {
  const error = await inventoryOf(text).then(
    () => undefined,
    (thrown: UserError) => thrown,
  );
  if (error === undefined) return 'not refused';
  return `${error.code} ${error.place.split('/').at(-1)}: ${error.message}. ${error.advice}`;
}

describe('what is refused, at its place', () => {
  test.each([
    [
      'hosts:\n  - nmae: a\n    role: server',
      'INVENTORY_INVALID inventory.yaml:2:5: hosts.0.nmae: unknown key; did you mean name?',
    ],
    ['host:\n  - name: a', 'inventory.yaml:1:1: host: unknown key; did you mean hosts?'],
    ['colour: red', 'inventory.yaml:1:1: colour: unknown key; the keys are hosts, sites, services'],
    ['hosts:\n  - name: a', 'inventory.yaml:2:5: hosts.0.role: text is expected here, not nothing'],
    ['services: [Dropbox]', 'inventory.yaml:1:12: services.0: a map (key: value) is expected here, not text'],
    ['services: Dropbox', 'inventory.yaml:1:1: services: a list (- item) is expected here, not text'],
    ['# all of it is yet to come', 'inventory.yaml:1:1: a map (key: value) is expected here, not nothing'],
    ['hosts:\n  - { name: a, role: Big Server }', 'inventory.yaml:2:16: hosts.0.role: a role is one lower-case word'],
    ['hosts:\n  - { name: "*", role: server }', 'inventory.yaml:2:7: hosts.0.name: a name of stars alone'],
    ['hosts:\n  - { name: 10.0.0.0/8, role: server }', 'a host is a name or an address; networks belong to sites'],
    [
      'hosts:\n  - { name: Db-1, role: server }\n  - { name: db-1, role: build }',
      'inventory.yaml:3:5: db-1 is listed already',
    ],
    [
      'sites:\n  - name: A\n    networks: [10.0.0.0/8, 10.0.0.300/24]',
      'inventory.yaml:3:28: sites.0.networks.1: 10.0.0.300/24 is not a network',
    ],
    ['sites:\n  - name: A\n    networks: [10.1.2.3/16]', '10.1.2.3/16 is an address inside 10.1.0.0/16; write that'],
    ['sites:\n  - name: A\n    networks: [0.0.0.0/0]', "0.0.0.0/0 is more than an organisation's own addresses"],
    [
      'sites:\n  - name: A\n    networks: [10.0.0.0/8, 10.0.0.0/8]',
      'inventory.yaml:3:28: 10.0.0.0/8 is listed already',
    ],
    [
      'sites:\n  - { name: A, networks: [10.0.0.0/8], sensors: [s] }\n  - { name: B, networks: [10.0.0.0/8] }',
      'inventory.yaml:3:27: 10.0.0.0/8 is a network of A already, and no sensors tell the two apart',
    ],
    [
      'sites:\n  - { name: A, sensors: [s] }\n  - { name: B, sensors: [s] }',
      'sensor s stands in A already. Keep one of the two.',
    ],
    ['sites:\n  - name: A\n  - name: A', 'inventory.yaml:3:5: A is listed already'],
    [
      'services:\n  - service: Dropbx',
      'inventory.yaml:2:5: Dropbx is not a service of the catalogue. Did you mean Dropbox?',
    ],
    [
      'services:\n  - { service: Dropbox, roles: [server] }',
      'server is not a role of any host. Give the role to a host.',
    ],
    ['services:\n  - { service: Dropbox, sites: [A] }', 'A is not a site. List it under sites.'],
    ['services:\n  - service: Dropbox\n  - service: Dropbox', 'inventory.yaml:3:5: Dropbox is listed already'],
    [
      'proxies:\n  - { address: proxy-1, port: 3128 }',
      'inventory.yaml:2:7: proxies.0.address: proxy-1 is not an address',
    ],
    ['translators:\n  - { address: nat-1 }', 'inventory.yaml:2:7: translators.0.address: nat-1 is not an address'],
    [
      'translators:\n  - { address: 10.0.0.8 }\n  - { address: "::ffff:10.0.0.8" }',
      'inventory.yaml:3:5: 10.0.0.8 is listed already',
    ],
    ['translators:\n  - { address: 10.0.0.8, site: North }', 'inventory.yaml:2:26: North is not a site'],
    ['proxies:\n  - { address: 10.0.0.8, port: 70000 }', 'inventory.yaml:2:26: proxies.0.port:'],
    [
      'proxies:\n  - { address: 10.0.0.8, port: 1 }\n  - { address: "::ffff:10.0.0.8", port: 1 }',
      '10.0.0.8 port 1 is listed already',
    ],
    [
      'buckets:\n  - name: https://larkfield-backups',
      'inventory.yaml:2:5: buckets.0.name: a name as it stands in a host or URL',
    ],
    ['hosts: 5', 'inventory.yaml:1:1: hosts:'],
    ['', 'inventory.yaml:1:1:'],
    ['hosts:\nsites: []', 'the inventory names nothing. Give it one of hosts, sites, services'],
    ['hosts: [', 'YAML_INVALID inventory.yaml:1:'],
    ['hosts: []\nhosts: []', 'YAML_INVALID inventory.yaml:2:1'],
  ])('%j', async (text, said) => {
    expect(await refusal(text)).toContain(said);
  });
});
