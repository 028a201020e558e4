import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { type FusedRow, fused, type Intake } from './fused.ts';
import { crowded, type World, world } from './worlds.ts';

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
