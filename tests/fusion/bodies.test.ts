import { beforeAll, describe, expect, test } from 'vitest';
import type { InlineRow as Row } from '../../packages/weir/src/detect/inlineRows.ts';
import { at, event, type FusedRow, flow, frames, fused, only, rowOf } from './fused.ts';

/** One world: each connection of it has a port of its own. */
const estimate = frames({ BytesSent: 500, BytesReceived: 9000 });
const uncounted = frames({ LocalPort: 1, BytesSent: null, BytesReceived: null, BytesSource: '' });
const zeek = flow({ LocalPort: 2, FlowEnd: at('10:00:05') });
const inbound = frames({ LocalPort: 443, RemotePort: 3, Direction: 'inbound', BytesSent: 10, BytesReceived: 20 });
const refused = frames({ LocalPort: 4, Outcome: 'failed', BytesSent: 60, BytesReceived: 0 });
const events = [
  event({ LocalPort: 5, RemoteIP: '203.0.113.20' }),
  event({ LocalPort: 5, RemoteIP: '203.0.113.20', ActionType: 'HttpConnectionInspected', Timestamp: at('10:00:02') }),
  event({ LocalPort: 6, RemoteIP: '203.0.113.21', BytesSent: 40, BytesReceived: null }),
];

const ends = (LocalPort: number, facts: Row = {}) => ({
  ClientIP: '10.0.0.5',
  ClientPort: LocalPort,
  ServerIP: '203.0.113.10',
  ServerPort: 443,
  Timestamp: at('10:00:02'),
  Sensor: 'edge',
  ...facts,
});
const of = (seen: Row, BodyId: string, facts: Row) => ({
  ...ends(seen.LocalPort as number),
  FlowId: seen.FlowId as string,
  BodyId,
  ...facts,
});
const bodies: Row[] = [
  of(estimate, 'a', { SentByClient: 400 }),
  of(estimate, 'b', { SentByClient: 300 }),
  // Told again, by an overlapping export and when more of it had passed.
  of(estimate, 'b', { SentByClient: 300 }),
  of(estimate, 'b', { SentByClient: 350 }),
  of(estimate, 'c', { SentByServer: 100 }),
  of(uncounted, 'a', { SentByServer: 77 }),
  ends(2, { BodyId: 'x', SentByClient: 99_999, Sensor: '' }),
  of(inbound, 'a', {
    ClientIP: '203.0.113.10',
    ClientPort: 3,
    ServerIP: '10.0.0.5',
    ServerPort: 443,
    SentByClient: 900,
  }),
  of(refused, 'a', { SentByClient: 60 }),
  ends(5, { ServerIP: '203.0.113.20', BodyId: '1', SentByClient: 64, SentByServer: 7, Sensor: '' }),
  ends(5, { ServerIP: '203.0.113.20', BodyId: '2', SentByClient: 36, Sensor: '' }),
  ends(5, { ServerIP: '203.0.113.20', BodyId: '1', SentByClient: 60 }),
  ends(6, { ServerIP: '203.0.113.21', BodyId: '1', SentByClient: 30, SentByServer: 5 }),
  // Nobody's: another time, another place.
  ends(5, { ServerIP: '203.0.113.20', BodyId: '3', SentByClient: 1, Timestamp: at('12:00:00') }),
  ends(5, { ServerIP: '203.0.113.99', BodyId: '4', SentByClient: 1 }),
];

let rows: FusedRow[];
let report: Awaited<ReturnType<typeof fused>>['report'];
beforeAll(async () => {
  const flows = [estimate, uncounted, zeek, inbound, refused];
  ({ rows, report } = await fused({ flows: [flows], events: [events], bodies: [bodies] }));
}, 60_000);

describe('bodies that passed in a connection', () => {
  test('are the least that was sent: more than an estimate that missed some of it', () => {
    expect(rowOf(rows, estimate)).toMatchObject({
      BytesSent: 750n,
      BytesReceived: 9000n,
      BytesSource: 'bodies+suricata-frame',
    });
    expect(JSON.parse(String(rowOf(rows, estimate).OtherFlows))).toEqual([
      { id: estimate.EventId, source: 'suricata-frame', sent: 500, received: 9000 },
    ]);
  });

  test('are all that is known where nothing was counted', () => {
    expect(rowOf(rows, uncounted)).toMatchObject({ BytesSent: null, BytesReceived: 77n, BytesSource: 'bodies' });
  });

  test('do not correct Zeek’s payload', () => {
    expect(rowOf(rows, zeek)).toMatchObject({ BytesSent: 1000n, BytesSource: 'zeek-payload' });
  });

  test('are sent by the client, which is the remote side of an inbound connection', () => {
    expect(rowOf(rows, inbound)).toMatchObject({ BytesSent: 10n, BytesReceived: 900n });
  });

  test('of a refused connection went nowhere', () => {
    expect(rowOf(rows, refused)).toMatchObject({ BytesSent: null, ActionType: 'ConnectionFailed' });
  });

  test('that an endpoint saw are found by addresses, ports and time, and of two sensors’ the greater sum', () => {
    expect(rowOf(rows, events[0] as Row)).toMatchObject({ BytesSent: 100n, BytesReceived: 7n, BytesSource: 'bodies' });
    expect(rowOf(rows, events[1] as Row)).toMatchObject({ BytesSent: null });
  });

  test('complete what the endpoint itself counted', () => {
    expect(rowOf(rows, events[2] as Row)).toMatchObject({
      BytesSent: 40n,
      BytesReceived: 5n,
      BytesSource: 'endpoint+bodies',
    });
  });

  test('are counted as known bytes', () => {
    const lacking = report.gaps.filter(({ lacks }) => lacks === 'bytes').reduce((sum, { count }) => sum + count, 0);
    expect(lacking).toBe(report.connections - report.withBytes);
  });
});

describe('an endpoint that counts its own bytes', () => {
  const counted = { BytesSent: 4000, BytesReceived: 50, BytesSource: 'elastic' };

  test('and a sensor’s estimate are one figure, the larger', async () => {
    const [own, seen] = [event(counted), frames({ BytesSent: 900, BytesReceived: 80 })];
    const row = only((await fused({ events: [[own]], flows: [[seen]] })).rows);
    expect(row).toMatchObject({ BytesSent: 4000n, BytesReceived: 80n, BytesSource: 'elastic+suricata-frame' });
    expect(JSON.parse(String(row.OtherFlows))).toEqual([
      { id: seen.EventId, source: 'suricata-frame', sent: 900, received: 80 },
      { id: own.EventId, source: 'elastic', sent: 4000, received: 50 },
    ]);
    const exact = only((await fused({ events: [[own]], flows: [[flow()]] })).rows);
    expect(exact).toMatchObject({ BytesSent: 1000n, BytesSource: 'zeek-payload' });
  });

  test('over an interval of many connections is counted once, by its flows where they were seen', async () => {
    const interval = event({
      ...counted,
      ActionType: 'ConnectionSuccessAggregatedReport',
      LocalPort: null,
      Timestamp: at('11:00:00'),
    });
    const flows = [1, 2].map((n) => flow({ LocalPort: n, FlowStart: at('10:30:00') }));
    const { rows } = await fused({ events: [[interval]], flows: [flows] });
    expect(rows.map(({ BytesSent }) => BytesSent)).toEqual([1000n, 1000n]);
    expect(only((await fused({ events: [[interval]] })).rows)).toMatchObject({
      BytesSent: 4000n,
      BytesSource: 'elastic',
    });
    const ofThree = { ...interval, AdditionalFields: { uniqueEventsAggregated: 3 } };
    const rest = await fused({ events: [[ofThree]], flows: [flows] });
    expect(rest.rows.map(({ BytesSent }) => Number(BytesSent)).sort()).toEqual([1000, 1000, 2000]);
    expect(rowOf(rest.rows, interval)).toMatchObject({ BytesSent: 2000n, BytesReceived: null, BytesSource: 'elastic' });
  });
});
