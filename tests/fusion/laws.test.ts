import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { at, type FusedRow, fused, type Intake } from './fused.ts';

/** A small world, so that flows and events meet, compete and miss each other: a few connections' ends and moments. Few
 *  but full worlds: what a run costs hardly hangs on its rows. */
const moment = fc
  .constantFrom(
    '08:00:00',
    '08:00:00',
    '08:00:00',
    '08:00:00',
    '08:00:01',
    '08:00:40',
    '08:30:00',
    '09:00:02',
    '09:30:00',
  )
  .map(at);
const ends = fc.record({
  Protocol: fc.constantFrom('Tcp', 'udp', ''),
  LocalIP: fc.constantFrom('10.0.0.5', '10.0.0.6', '::ffff:10.0.0.5'),
  LocalPort: fc.constantFrom(50_000, 50_001),
  RemoteIP: fc.constantFrom('203.0.113.1', '149.154.167.99', '10.0.0.6'),
  RemotePort: fc.constantFrom(443, 50_000),
});
const bytes = fc.option(fc.integer({ min: 0, max: 5000 }), { freq: 3 });
const site = fc.nat(1);

const flowRow = fc.record({
  place: fc.nat(2),
  FlowStart: moment,
  BytesSent: bytes,
  BytesReceived: bytes,
  Outcome: fc.constantFrom('established', 'established', 'established', 'failed', 'unknown'),
  Direction: fc.constantFrom('outbound', 'outbound', 'inbound', 'internal'),
  Site: site,
});
const eventRow = fc.record({
  place: fc.nat(2),
  nameless: fc.constantFrom('', '', '', 'LocalPort', 'LocalIP'),
  Timestamp: moment,
  ActionType: fc.constantFrom(
    'ConnectionSuccess',
    'ConnectionSuccess',
    'ConnectionSuccess',
    'ConnectionSuccess',
    'ConnectionFailed',
    'ConnectionRequest',
    'ConnectionFound',
    'InboundConnectionAccepted',
    'ConnectionSuccessAggregatedReport',
    'SslConnectionInspected',
    'ListeningConnectionCreated',
  ),
  DeviceName: fc.constantFrom('ws-1', 'WS-1', 'ws-2', ''),
  InitiatingProcessFileName: fc.constantFrom('rclone.exe', 'chrome.exe', ''),
  RemoteUrl: fc.constantFrom('', '', 'https://a.example.com/', '203.0.113.1'),
  Site: site,
});
const nameRow = fc.record({
  place: fc.nat(2),
  Kind: fc.constantFrom('tls', 'http', 'proxy', 'dns'),
  of: fc.integer({ min: -3, max: 8 }),
  Timestamp: moment,
  Host: fc.constantFrom('a.example.com', 'b.example.com'),
  Site: site,
});

interface World {
  readonly events: readonly InlineRow[];
  readonly flows: readonly InlineRow[];
  readonly names: readonly InlineRow[];
  readonly bodies?: readonly InlineRow[];
}

/** The same world as more sensors see it: flows are Zeek's, a second sensor's, parts of a flow log or a proxy's records,
 *  some last, bodies pass in some, some endpoints count themselves, and other endpoint sensors tell some events too. */
const crowded = (of: fc.Arbitrary<World>): fc.Arbitrary<World> =>
  fc
    .record({
      world: of,
      tellers: fc.array(fc.constantFrom('zeek', 'zeek', 'suricata', 'nfdump', 'vpc', 'vpc', 'squid'), {
        minLength: 40,
        maxLength: 40,
      }),
      lasting: fc.array(fc.constantFrom('08:00:00', '08:00:20', '08:40:00', '10:00:00'), {
        minLength: 40,
        maxLength: 40,
      }),
      bodies: fc.array(fc.record({ of: fc.nat(39), BodyId: fc.constantFrom('', 'a', 'b'), SentByClient: bytes }), {
        maxLength: 10,
      }),
      counted: bytes,
      twins: fc.array(
        fc.record({
          of: fc.nat(39),
          teller: fc.constantFrom('sysmon', 'sysmon', 'elastic'),
          late: fc.constantFrom(0, 0, 1, 3, 6),
          lacks: fc.constantFrom('', 'LocalPort', 'InitiatingProcessFileName', 'DeviceName'),
          pid: fc.constantFrom(null, 7, 8),
        }),
        { minLength: 10, maxLength: 30, size: 'max' },
      ),
    })
    .map(({ world, tellers, lasting, bodies, counted, twins }) => {
      const flows = world.flows.map((flow, n) => {
        const teller = tellers[n] ?? 'zeek';
        const FlowEnd = at(lasting[n] ?? '08:00:00');
        return {
          ...flow,
          EventId: `${teller}:C${n}`,
          FlowEnd: FlowEnd > String(flow.FlowStart) ? FlowEnd : (flow.FlowStart ?? null),
          BytesSource: `${teller}-${counts[teller] ?? 'ip'}`,
          Sensor: teller === 'suricata' ? 'edge' : '',
          ...(teller === 'nfdump' || teller === 'vpc' ? { IsPart: true } : {}),
          ...(teller === 'squid' ? { RemoteIP: '', LocalPort: n % 2 ? (flow.LocalPort ?? null) : null } : {}),
        };
      });
      const records = flows
        .filter(({ EventId }) => EventId.startsWith('squid:'))
        .map((flow) => ({ ...said(flow), Kind: 'proxy', Host: 'a.example.com', ServerIP: '', ServerPort: null }));
      return {
        flows,
        names: [...world.names, ...records],
        events: [
          ...world.events.map((event, n) => ({ ...event, ...(n % 4 === 0 ? { BytesSent: counted } : {}) })),
          ...twins.flatMap(({ of, teller, late, lacks, pid }, n) => {
            const event = world.events[of % world.events.length];
            const told = new Date(Date.parse(String(event?.Timestamp)) + late * 1000).toISOString();
            const twin = {
              ...event,
              EventId: `${teller}:${n}`,
              Timestamp: told,
              InitiatingProcessId: pid,
              BytesSent: counted,
            };
            return lacks === '' ? [twin] : [{ ...twin, [lacks]: lacks === 'LocalPort' ? null : '' }];
          }),
        ],
        bodies: bodies.flatMap(({ of, ...body }) => {
          const flow = flows[of % flows.length];
          return flow === undefined ? [] : [{ ...said(flow), ...(of % 2 ? { FlowId: '' } : {}), ...body }];
        }),
      };
    });

const counts: Record<string, string> = { zeek: 'payload', suricata: 'frame', squid: 'http' };

/** What is seen inside a flow has of it. */
const said = (flow: InlineRow) => ({
  FlowId: flow.FlowId ?? null,
  Sensor: flow.Sensor ?? '',
  Site: flow.Site ?? '',
  Timestamp: flow.FlowStart ?? null,
  ClientIP: flow.LocalIP ?? '',
  ClientPort: flow.LocalPort ?? null,
  ServerIP: flow.RemoteIP ?? '',
  ServerPort: flow.RemotePort ?? null,
});

const world: fc.Arbitrary<World> = fc
  .record({
    places: fc.tuple(ends, ends, ends),
    sites: fc.constantFrom(['', ''], ['', ''], ['north', 'north'], ['', 'north'], ['north', 'south']),
    flows: fc.array(flowRow, { minLength: 10, maxLength: 40, size: 'max' }),
    events: fc.array(eventRow, { minLength: 10, maxLength: 40, size: 'max' }),
    names: fc.array(nameRow, { maxLength: 16, size: 'max' }),
  })
  .map(({ places, sites, flows, events, names }) => ({
    flows: flows.map(({ place, ...facts }, n) => ({
      EventId: `zeek:C${n}`,
      FlowId: `C${n}`,
      FlowEnd: facts.FlowStart,
      Timestamp: facts.FlowStart,
      ...places[place],
      ...facts,
      Site: sites[facts.Site] ?? '',
    })),
    events: events.map(({ place, nameless, ...facts }, n) => ({
      EventId: `mde:${n}`,
      ...places[place],
      ...facts,
      Site: sites[facts.Site] ?? '',
      InitiatingProcessAccountName: facts.InitiatingProcessFileName === '' ? '' : 'a.berg',
      ...(nameless === 'LocalIP' ? { LocalIP: '' } : {}),
      ...(nameless === 'LocalPort' || facts.ActionType.endsWith('Report') ? { LocalPort: null } : {}),
      ...(facts.ActionType.startsWith('Listening') ? { RemoteIP: '', RemotePort: null } : {}),
      ...(facts.ActionType.endsWith('Report') ? { AdditionalFields: { uniqueEventsAggregated: 2 } } : {}),
    })),
    names: names.map(({ place, of, ...facts }) => ({
      FlowId: of >= 0 ? `C${of}` : '',
      ClientIP: places[place]?.LocalIP ?? '',
      ClientPort: places[place]?.LocalPort ?? null,
      ServerIP: places[place]?.RemoteIP ?? '',
      ServerPort: places[place]?.RemotePort ?? null,
      TtlSeconds: 60,
      ...facts,
      Site: sites[facts.Site] ?? '',
    })),
  }));

/** The same rows in another order, in other segments, some of them twice. */
function rearranged(rows: readonly InlineRow[], seed: number): InlineRow[][] {
  const mixed = rows
    .flatMap((row, n) => ((n + seed) % 3 === 0 ? [row, row] : [row]))
    .map((row, n) => ({ row, place: ((n + 1) * (seed * 2 + 1) * 7919) % 104_729 }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row);
  const cut = seed % (mixed.length + 1);
  return [mixed.slice(cut), mixed.slice(0, cut)].filter((segment) => segment.length > 0);
}

test('fusion is a function of the set of rows, loses none, and invents nothing', async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.nat(50), async (world, seed) => {
      const { rows, report } = await sameInAnyOrder(world, seed);
      flowsOnce(world, rows);
      eventsKept(world, rows);
      bytesOfFlows(world, rows);
      namesTold(world, rows);
      gapsAddUp(report);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 300_000);

test('with parts, several sensors, bodies and a proxy as well', async () => {
  await fc.assert(
    fc.asyncProperty(crowded(world), fc.nat(50), async (world, seed) => {
      const { rows, report } = await sameInAnyOrder(world, seed);
      flowsTold(world, rows);
      eventsKept(world, rows);
      bytesBounded(world, rows);
      namesTold(world, rows);
      gapsAddUp(report);
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 300_000);

/** However the rows come, and however few of them are joined at once. */
async function sameInAnyOrder(world: World, seed: number): ReturnType<typeof fused> {
  const given = await fused({
    events: [[...world.events]],
    flows: [[...world.flows]],
    names: segments(world.names),
    bodies: segments(world.bodies ?? []),
  });
  const again: Intake = {
    events: rearranged(world.events, seed),
    flows: rearranged(world.flows, seed + 1),
    names: rearranged(world.names, seed + 2),
    bodies: rearranged(world.bodies ?? [], seed + 3),
  };
  const other = await fused(again, { rowsAtOnce: 15 });
  expect(other.rows).toEqual(given.rows);
  expect(other.report).toEqual(given.report);
  return given;
}

const othersTold = ({ OtherEndpointEventIds: ids }: FusedRow): string[] => (ids ? JSON.parse(String(ids)) : []);

const othersOf = ({ OtherFlows }: FusedRow): { id: string; sent: number | null; received: number | null }[] =>
  OtherFlows === null || OtherFlows === undefined ? [] : JSON.parse(String(OtherFlows));

/** Each flow that is no part is a row's own or told as another's, a row of its own once, and another's once. */
function flowsTold({ flows, events }: World, rows: readonly FusedRow[]): void {
  const ofEvents = new Set(events.map(({ EventId }) => EventId));
  const own = rows.map(({ EventId }) => String(EventId)).filter((id) => !ofEvents.has(id));
  expect(own.length).toBe(new Set(own).size);
  const others = rows.flatMap((row) =>
    othersOf(row)
      .map(({ id }) => id)
      .filter((id) => id !== row.EventId && !ofEvents.has(id)),
  );
  expect(others.length).toBe(new Set(others).size);
  const told = new Set([...own, ...others]);
  for (const { EventId, IsPart } of flows) if (!IsPart) expect(told.has(String(EventId))).toBe(true);
}

/** No row has more than one teller counted, or than passed in bodies, or than the endpoint counted. */
function bytesBounded({ flows, bodies = [], events }: World, rows: readonly FusedRow[]): void {
  const sum = (values: readonly unknown[]) => values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
  const most = (teller: string) =>
    sum(
      flows
        .filter(({ EventId, Outcome }) => String(EventId).startsWith(teller) && Outcome !== 'failed')
        .flatMap(({ BytesSent, BytesReceived }) => [BytesSent, BytesReceived]),
    );
  const tellers = ['zeek', 'suricata', 'nfdump', 'vpc', 'squid'].map(most);
  const all = sum(rows.flatMap(({ BytesSent, BytesReceived }) => [BytesSent, BytesReceived]));
  const besides = sum([...bodies.map(({ SentByClient }) => SentByClient), ...events.map(({ BytesSent }) => BytesSent)]);
  expect(all).toBeLessThanOrEqual(sum(tellers) + besides);
  for (const row of rows)
    for (const [side, figure] of [
      ['sent', row.BytesSent],
      ['received', row.BytesReceived],
    ] as const)
      if (row.BytesSource === 'zeek-payload' && figure !== null) {
        const own = flows.find(({ EventId }) => EventId === row.EventId);
        const counted = [own?.BytesSent, own?.BytesReceived, ...othersOf(row).map((other) => other[side])];
        expect(counted.map((value) => Number(value))).toContain(Number(figure));
      }
}

function segments(rows: readonly InlineRow[]): InlineRow[][] {
  return rows.length > 0 ? [[...rows]] : [];
}

function flowsOnce({ flows }: World, rows: readonly FusedRow[]): void {
  const ids = rows.map((row) => String(row.EventId)).filter((id) => id.startsWith('zeek:'));
  expect(ids.sort()).toEqual(flows.map((flow) => String(flow.EventId)).sort());
}

function eventsKept({ events, flows }: World, rows: readonly FusedRow[]): void {
  const told = new Set(rows.map((row) => row.EndpointEventId));
  const homes = new Map<string, unknown>();
  for (const row of rows)
    for (const id of othersTold(row)) {
      // One connection's, and no row's own.
      expect(homes.get(id) ?? row.EndpointEventId).toBe(row.EndpointEventId);
      homes.set(id, row.EndpointEventId);
      expect(told.has(id)).toBe(false);
    }
  for (const { EventId } of events) expect(told.has(EventId as string) || homes.has(EventId as string)).toBe(true);
  expect(rows.length).toBeLessThanOrEqual(events.length + flows.length);
  // An aggregated report stands for no more flows than it says.
  for (const event of events.filter(({ AdditionalFields }) => AdditionalFields !== undefined))
    expect(rows.filter((row) => row.EndpointEventId === event.EventId).length).toBeLessThanOrEqual(2);
}

function bytesOfFlows({ flows }: World, rows: readonly FusedRow[]): void {
  const counted = flows.filter(({ Outcome }) => Outcome !== 'failed');
  const total = (values: readonly unknown[]) => values.reduce<number>((sum, value) => sum + Number(value ?? 0), 0);
  const both = (all: readonly Record<string, unknown>[]) =>
    total(all.flatMap((row) => [row.BytesSent, row.BytesReceived]));
  expect(both(rows)).toBe(both(counted as Record<string, unknown>[]));
  const byId = new Map(flows.map((flow) => [flow.EventId, flow]));
  for (const row of rows) {
    const flow = byId.get(row.EventId as string);
    const known = [flow?.BytesSent, flow?.BytesReceived].map((value) => value ?? null);
    if (flow?.Outcome === 'failed')
      for (const value of [row.BytesSent, row.BytesReceived]) expect([0n, null]).toContain(value);
    else
      expect([row.BytesSent, row.BytesReceived].map((value) => (value === null ? null : Number(value))).sort()).toEqual(
        known.sort(),
      );
  }
}

function namesTold({ names, events }: World, rows: readonly FusedRow[]): void {
  for (const { RemoteHost, RemoteHostSource } of rows) {
    const told =
      RemoteHostSource === 'endpoint'
        ? events.some(({ RemoteUrl }) => String(RemoteUrl).includes(String(RemoteHost)))
        : names.some(({ Kind, Host }) => Kind === RemoteHostSource && Host === RemoteHost);
    expect(RemoteHost === '' || told).toBe(true);
  }
}

function gapsAddUp(report: Awaited<ReturnType<typeof fused>>['report']): void {
  const sums = { process: 0, bytes: 0, name: 0 };
  for (const { lacks, count } of report.gaps) sums[lacks] += count;
  expect(sums).toEqual({
    process: report.connections - report.withProcess,
    bytes: report.connections - report.withBytes,
    name: report.connections - report.withName,
  });
  expect(report.endpointOnly + report.flowOnly + report.fused).toBe(report.connections);
}
