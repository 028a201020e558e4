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
}

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
      const { rows, report } = await fused({
        events: [[...world.events]],
        flows: [[...world.flows]],
        names: segments(world.names),
      });
      const again: Intake = {
        events: rearranged(world.events, seed),
        flows: rearranged(world.flows, seed + 1),
        names: rearranged(world.names, seed + 2),
      };
      const other = await fused(again);
      expect(other.rows).toEqual(rows);
      expect(other.report).toEqual(report);

      flowsOnce(world, rows);
      eventsKept(world, rows);
      bytesOfFlows(world, rows);
      namesTold(world, rows);
      gapsAddUp(report);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 120_000);

function segments(rows: readonly InlineRow[]): InlineRow[][] {
  return rows.length > 0 ? [[...rows]] : [];
}

function flowsOnce({ flows }: World, rows: readonly FusedRow[]): void {
  const ids = rows.map((row) => String(row.EventId)).filter((id) => id.startsWith('zeek:'));
  expect(ids.sort()).toEqual(flows.map((flow) => String(flow.EventId)).sort());
}

function eventsKept({ events, flows }: World, rows: readonly FusedRow[]): void {
  const told = new Set(rows.map((row) => row.EndpointEventId));
  for (const { EventId } of events) expect(told.has(EventId as string)).toBe(true);
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
