import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Catalogue } from '../../packages/weir/src/model/catalogue.ts';
import { deviceNetworkEvents, networkFlows } from '../../packages/weir/src/tables/index.ts';
import { inventoryOf } from '../inventory/world.ts';
import { at, catalogue } from './fused.ts';
import { batched, intakeOf, Living, later, type Told } from './living.ts';
import { crowded, world } from './worlds.ts';

const entry = {
  category: 'file-sharing',
  categories: ['file-sharing', 'code'],
  subTechnique: 'T1567.002',
  broad: false,
};

/** Another catalogue: it knows hosts and addresses that the first does not, no longer knows some that it did, and takes
 *  applications and programs for others. Of applications a row keeps those that were known when it was fused. */
function another(seed: number): Catalogue {
  const told = <Entry>(text: string, fresh: Entry, known: Entry | undefined): Entry | undefined =>
    [known, fresh, undefined][(text.length * 7 + (text.charCodeAt(0) || 0) + seed) % 3];
  return {
    ...catalogue,
    version: `another ${seed}`,
    matchHost: (host) => told(host, { ...entry, service: `Host ${seed}` }, catalogue.matchHost(host)),
    matchAddress: (ip) => told(ip, { ...entry, service: `Address ${seed}` }, catalogue.matchAddress(ip)),
    matchApplication: (name) => {
      const known = catalogue.matchApplication(name);
      return known && (told(name, { ...entry, service: `Application ${seed}` }, known) ?? known);
    },
    identify: (sighting) =>
      seed % 2 === 0
        ? catalogue.identify(sighting)
        : {
            program: `P ${seed}`,
            kind: 'browser',
            place: 'odd',
            renamed: true,
            services: [`Host ${seed}`],
            categories: [],
          },
  };
}

/** Rows that came in finished, some with tags of their own. */
const finished = fc.array(
  fc.record({
    day: fc.constantFrom(0, 3),
    RemoteHost: fc.constantFrom('', 'a.example.com'),
    Application: fc.constantFrom('', 'dropbox'),
    Service: fc.constantFrom('', 'Own'),
    Program: fc.constantFrom('', 'own'),
  }),
  { maxLength: 3 },
);

test('law: told anew by another catalogue, all rows are as batch fusion tells them by it, whatever comes meanwhile', async () => {
  const seen = { changed: 0 };
  await fc.assert(
    fc.asyncProperty(crowded(world), world, finished, fc.nat(5), fc.boolean(), async (one, two, own, seed, more) => {
      const rows: Told[] = [
        ...own.flatMap(({ day, ...row }, n) =>
          later(
            [
              [
                deviceNetworkEvents,
                {
                  ...row,
                  EventId: `row:${n}`,
                  Timestamp: at('08:00:00'),
                  RemoteIP: '149.154.167.99',
                  InitiatingProcessFileName: 'rclone.exe',
                },
              ],
            ],
            day,
          ),
        ),
        ...intakeOf(one),
        ...later(intakeOf(two).slice(0, 12), 5),
      ];
      const by = { catalogue: another(seed) };
      const late = more ? rows.slice(-2) : [];
      const lived = await Living.with(async (living) => {
        expect(await living.retag()).toBe(false);
        await living.put(rows.slice(0, rows.length - late.length));
        await living.pass();
        await living.settle();
        living.restart(by);
        await living.retag();
        await living.put(late);
        while (await living.retag()) {
          await living.pass();
          await living.settle();
        }
        await living.pass();
        await living.settle();
        return living.tables();
      });
      expect(lived).toEqual(await batched(rows, by));
      const services = lived.DeviceNetworkEvents?.map(({ Service }) => String(Service)) ?? [];
      if (services.some((service) => /^(Host|Address) /.test(service))) seen.changed += 1;
    }),
    { numRuns: Number(process.env.WEIR_RUNS ?? 2), endOnFailure: true },
  );
  expect(seen.changed).toBeGreaterThan(0);
}, 300_000);

test('an inventory that names other networks has all history fused again, a note in it does not', () =>
  Living.with(async (living) => {
    const ends = {
      LocalIP: '198.51.100.5',
      LocalPort: 50_000,
      RemoteIP: '203.0.113.7',
      RemotePort: 443,
      Protocol: 'tcp',
    };
    const times = { Timestamp: at('08:00:00'), FlowStart: at('08:00:00'), FlowEnd: at('08:00:09') };
    const rows: Told[] = [
      [networkFlows, { ...ends, ...times, EventId: 'zeek:C1', Outcome: 'established', Direction: 'outbound' }],
    ];
    const sites = (note: string) => `sites:\n  - name: north\n    networks: [198.51.100.0/24]\n    note: ${note}\n`;
    const by = { catalogue, inventory: await inventoryOf(sites('ours')) };
    await living.retag();
    await living.put(rows);
    await living.pass();
    await living.settle();
    const kept = living.kept();
    living.wait(80n * 864_000_000_000n);
    living.restart(by);
    for (; await living.retag(); await living.settle());
    expect(await living.tables()).toEqual(await batched(rows, by));
    expect(living.kept()).toBe(kept);
    expect((await living.tables()).DeviceNetworkEvents?.map(({ Site }) => Site)).toEqual(['north']);
    living.restart({ catalogue, inventory: await inventoryOf(sites('still ours')) });
    expect(await living.retag()).toBe(false);
  }));

test('rows that are told anew are kept no longer for it', () =>
  Living.with(async (living) => {
    const ends = {
      LocalIP: '10.0.0.5',
      LocalPort: 50_000,
      RemoteIP: '149.154.167.99',
      RemotePort: 443,
      Protocol: 'tcp',
    };
    const row = {
      ...ends,
      EventId: 'zeek:C1',
      FlowStart: at('08:00:00'),
      Outcome: 'established',
      Direction: 'outbound',
    };
    await living.retag();
    await living.put([[networkFlows, row]]);
    await living.pass();
    const kept = living.kept();
    const service = async () => (await living.tables()).DeviceNetworkEvents?.map(({ Service }) => Service);
    const before = await service();
    living.wait(80n * 864_000_000_000n);
    living.restart({ catalogue: { ...catalogue, version: 'none', matchAddress: () => undefined } });
    while (await living.retag());
    expect([before, await service()]).toEqual([['Telegram'], ['']]);
    expect(living.kept()).toBe(kept);
  }));
