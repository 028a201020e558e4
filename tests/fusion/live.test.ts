import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  endpointConnections,
  networkFlows,
  type Table,
} from '../../packages/weir/src/tables/index.ts';
import { inventoryOf } from '../inventory/world.ts';
import { dealing, sameAsBatch } from './dealing.ts';
import { at, catalogue, event, flow } from './fused.ts';
import { batched, intakeOf, Living, later, type Told } from './living.ts';
import { crowded, world } from './worlds.ts';

test('law: settled, live fusion has what batch fusion has, in whatever order and batches the rows came', async () => {
  await fc.assert(
    fc.asyncProperty(crowded(world), dealing, (world, dealing) => sameAsBatch(intakeOf(world), dealing)),
    { numRuns: 3, endOnFailure: true },
  );
}, 300_000);

const days = fc.uniqueArray(fc.constantFrom(0.6, 1, 1.05, 2, 3, 6, 11, 30), { minLength: 1, maxLength: 2 });

test('law: over many days as well, of which only those are looked at that new rows bear on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(crowded(world), { minLength: 3, maxLength: 3 }), days, dealing, (worlds, days, dealing) =>
      sameAsBatch(
        worlds
          .slice(0, days.length + 1)
          .flatMap((world, n) => later(intakeOf(world), n === 0 ? 0 : (days[n - 1] ?? 0))),
        dealing,
      ),
    ),
    { numRuns: 3, endOnFailure: true },
  );
}, 300_000);

const when = fc.constantFrom('08:00:00', '08:00:01', '08:00:40', '09:30:00').map(at);
const of = { DeviceName: fc.constantFrom('ws-1', 'WS-1', 'ws-2'), Timestamp: when, day: fc.constantFrom(0, 0, 3, 20) };
const teller = fc.constantFrom('mde', 'sysmon', 'elastic');

/** Starts of processes and file events that several endpoint sensors told, connections that only name their process, and
 *  rows that came in finished, some of them made of others that came as well. */
const besides = fc
  .record({
    starts: fc.array(
      fc.record({
        ...of,
        teller,
        ProcessId: fc.constantFrom(7, 8),
        ProcessUniqueId: fc.constantFrom('', 'g1', 'g2'),
        FileName: fc.constantFrom('rclone.exe', 'chrome.exe'),
        ProcessCommandLine: fc.constantFrom('', 'rclone.exe copy C:\\data remote:'),
      }),
      { minLength: 3, maxLength: 12, size: 'max' },
    ),
    files: fc.array(
      fc.record({
        ...of,
        teller,
        InitiatingProcessId: fc.constantFrom(7, 8),
        FolderPath: fc.constantFrom('C:\\a.txt', 'C:\\b.txt'),
        SHA256: fc.constantFrom('', 'ab'),
      }),
      { minLength: 3, maxLength: 10, size: 'max' },
    ),
    named: fc.array(
      fc.record({ ...of, id: fc.constantFrom('g1', 'g2'), RemoteIP: fc.constantFrom('203.0.113.1', '203.0.113.2') }),
      {
        maxLength: 6,
      },
    ),
    finished: fc.array(fc.record({ ...of, made: fc.nat(30), RemoteHost: fc.constantFrom('', 'a.example.com') }), {
      maxLength: 5,
    }),
  })
  .map(({ starts, files, named, finished }): Told[] => {
    const told = <Facts extends { readonly day: number }>(
      table: Table,
      rows: readonly Facts[],
      more: (facts: Facts, n: number) => InlineRow,
    ) =>
      rows.flatMap((facts, n) => {
        const { day, ...rest } = facts;
        const { teller: _, id: __, made: ___, ...row } = rest as InlineRow;
        return later([[table, { ...row, ...more(facts, n) }]], day).map(
          ([of, moved]) => [of, { ...moved, EventId: String(more(facts, n).EventId) }] as const,
        );
      });
    return [
      ...told(deviceProcessEvents, starts, ({ teller }, n) => ({
        EventId: `${teller}:p${n}`,
        ActionType: 'ProcessCreated',
      })),
      ...told(deviceFileEvents, files, ({ teller }, n) => ({ EventId: `${teller}:f${n}`, ActionType: 'FileCreated' })),
      ...told(endpointConnections, named, ({ id }, n) => ({
        EventId: `sysmon:n${n}`,
        ActionType: 'ConnectionSuccess',
        Protocol: 'tcp',
        LocalIP: '10.0.0.5',
        LocalPort: 50_000 + n,
        RemotePort: 443,
        InitiatingProcessUniqueId: id,
      })),
      ...told(deviceNetworkEvents, finished, ({ made }, n) => ({
        EventId: made < 8 ? `zeek:C${made}` : `row:${n}`,
        EndpointEventId: made % 3 === 0 ? `mde:${made}` : '',
        ActionType: 'ConnectionSuccess',
        RemoteIP: '203.0.113.1',
        InitiatingProcessFileName: 'rclone.exe',
        Fusion: 'fused',
      })),
    ];
  });

test('law: with processes, files and rows that came in finished as well', async () => {
  await fc.assert(
    fc.asyncProperty(crowded(world), besides, dealing, (world, besides, dealing) =>
      sameAsBatch([...intakeOf(world), ...besides], dealing),
    ),
    { numRuns: 3, endOnFailure: true },
  );
}, 300_000);

test('who held an address is told by rows that a finished row is made of, live as in batch', async () => {
  const own = event();
  const held = flow({ RemoteIP: '203.0.113.77', LocalPort: 50_123, FlowStart: at('10:05:00') });
  const finished = { EventId: 'row:1', EndpointEventId: own.EventId ?? '', Timestamp: at('10:00:00') };
  const rows = [
    [endpointConnections, own],
    [networkFlows, held],
    [deviceNetworkEvents, finished],
  ] as const;
  await sameAsBatch(rows, { seed: 1, batches: 3, between: 'settle', limits: undefined });
}, 120_000);

test(
  'who shows an address again, late told, has held it for a day from then on',
  () =>
    Living.with(async (living) => {
      const next = (time: string) => `2026-03-13T${time}Z`;
      const shown = (time: string): Told => [endpointConnections, event({ Timestamp: time, RemoteIP: '203.0.113.77' })];
      const seen = (time: string): Told => [networkFlows, flow({ FlowStart: time, FlowEnd: time })];
      const rows = [
        shown(at('04:00:00')),
        seen(at('08:00:00')),
        seen(next('03:30:00')),
        seen(next('07:00:00')),
        seen(next('11:00:00')),
      ];
      const devices = async () => {
        const { DeviceNetworkEvents = [] } = await living.tables();
        return DeviceNetworkEvents.filter(({ Fusion }) => Fusion === 'flow').map(({ DeviceName }) => DeviceName);
      };
      await living.put(rows);
      await living.pass();
      await living.settle();
      expect(await devices()).toEqual(['ws-1', 'ws-1', '10.0.0.5', '10.0.0.5']);
      const late = shown(at('07:00:01'));
      await living.put([late]);
      await living.pass();
      await living.settle();
      expect(await devices()).toEqual(['ws-1', 'ws-1', 'ws-1', '10.0.0.5']);
      expect(await living.tables()).toEqual(await batched([...rows, late]));
    }),
  120_000,
);

/** Networks of two sites, one of them with addresses that are not private, and a proxy. */
const sites = `sites:
  - name: north
    networks: [10.0.0.0/24]
  - name: south
    networks: [10.0.1.0/24, 203.0.113.0/28]
proxies:
  - address: 203.0.113.10
    port: 443
translators:
  - address: 10.0.0.6
`;

test('law: with an inventory of networks and proxies as well', async () => {
  const by = { catalogue, inventory: await inventoryOf(sites) };
  await fc.assert(
    fc.asyncProperty(crowded(world), dealing, (world, dealing) => sameAsBatch(intakeOf(world), dealing, by)),
    { numRuns: Number(process.env.WEIR_RUNS ?? 2), endOnFailure: true },
  );
}, 300_000);
