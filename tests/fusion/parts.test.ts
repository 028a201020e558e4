import { beforeAll, describe, expect, test } from 'vitest';
import { at, event, type FusedRow, flow, fused, only, part, rowOf } from './fused.ts';

/** One world: each connection of it has a port of its own. */
const twoWays = [part({ BytesSent: 700 }), part({ BytesReceived: 90, FlowEnd: at('10:00:30') })];
const turned = [
  part({ LocalPort: 1, BytesSent: 700 }),
  part({
    LocalIP: '203.0.113.10',
    LocalPort: 443,
    RemoteIP: '10.0.0.5',
    RemotePort: 1,
    Direction: 'inbound',
    BytesSent: 90,
  }),
];
const intervals = ['10:00:00', '10:01:00', '10:09:00'].map((time, n) =>
  part({
    LocalPort: 2,
    RemoteIP: '203.0.113.77',
    FlowStart: at(time),
    FlowEnd: at(time.replace(/00$/, '50')),
    BytesSent: 100 * (n + 1),
  }),
);
const reused = [
  part({ LocalPort: 3, BytesSent: 5 }),
  part({ LocalPort: 3, FlowStart: at('11:00:00'), BytesSent: 7 }),
] as const;
const refused = [0, 1].map(() => part({ LocalPort: 4, Outcome: 'failed', BytesSent: 60 }));
const halfRefused = [part({ LocalPort: 5, Outcome: 'failed', BytesSent: 60 }), part({ LocalPort: 5, BytesSent: 40 })];
const begun = [
  part({ LocalPort: 6, BytesSource: '', Outcome: 'unknown' }),
  part({ LocalPort: 6, FlowEnd: at('10:04:00'), BytesSent: 9, BytesReceived: 8, AccountName: 'b.holm' }),
];
const ofTwoSensors = ['a', 'b'].map((Sensor) => part({ LocalPort: 7, Sensor, BytesSent: 50 }));
const portless = [0, 1].map(() => part({ LocalPort: 8, RemotePort: null, BytesSent: 50 }));
const pings = ['10:00:00', '10:00:01'].map((time) =>
  part({ Protocol: 'icmp', LocalPort: null, RemotePort: null, FlowStart: at(time), BytesSent: 50 }),
);
const whole = [0, 1].map(() => flow({ LocalPort: 9 }));
const twice = [
  part({ LocalPort: 10, FlowStart: at('10:00:00.7'), FlowEnd: at('10:00:40.2'), BytesSent: 50 }),
  part({ LocalPort: 10, FlowStart: at('10:00:01.1'), FlowEnd: at('10:00:39'), BytesReceived: 60 }),
  part({ LocalPort: 10, FlowStart: at('10:00:00'), FlowEnd: at('10:00:40'), BytesSent: 50, BytesReceived: 60 }),
  part({ LocalPort: 10, FlowStart: at('10:00:41'), FlowEnd: at('10:01:20'), BytesSent: 50 }),
];
const own = event({ LocalPort: 2, RemoteIP: '203.0.113.77' });
/** Ports that another program has five minutes later, told one a direction; the log begins a record up to a minute late. */
const handedOn = [
  part({ LocalPort: 11, RemoteIP: '203.0.113.78', FlowEnd: at('10:00:50'), BytesSent: 5 }),
  part({ LocalPort: 11, RemoteIP: '203.0.113.78', FlowEnd: at('10:00:51'), BytesReceived: 6 }),
  part({ LocalPort: 11, RemoteIP: '203.0.113.78', FlowStart: at('10:05:20'), FlowEnd: at('10:07:00'), BytesSent: 700 }),
  part({
    LocalPort: 11,
    RemoteIP: '203.0.113.78',
    FlowStart: at('10:05:21'),
    FlowEnd: at('10:07:00'),
    BytesReceived: 8,
  }),
  part({ LocalPort: 11, RemoteIP: '203.0.113.78', FlowStart: at('10:12:00'), FlowEnd: at('10:13:00'), BytesSent: 9 }),
] as const;
const holders = [
  event({ LocalPort: 11, RemoteIP: '203.0.113.78', InitiatingProcessFileName: 'chrome.exe' }),
  event({ LocalPort: 11, RemoteIP: '203.0.113.78', Timestamp: at('10:05:00') }),
];
/** An event that comes late, one that says that it failed, and one of a connection met under way begin none. */
const oneAlone = ['10:00:00', '10:00:40', '10:05:00', '10:09:00'].map((time) =>
  part({ LocalPort: 12, RemoteIP: '203.0.113.79', FlowStart: at(time), BytesSent: 5 }),
);
const aboutOne = [
  event({ LocalPort: 12, RemoteIP: '203.0.113.79', Timestamp: at('10:00:20') }),
  event({ LocalPort: 12, RemoteIP: '203.0.113.79', Timestamp: at('10:05:00'), ActionType: 'ConnectionFailed' }),
  event({ LocalPort: 12, RemoteIP: '203.0.113.79', Timestamp: at('10:09:00'), ActionType: 'ConnectionFound' }),
];

let rows: FusedRow[];
beforeAll(async () => {
  const flows = [
    twoWays,
    turned,
    intervals,
    reused,
    refused,
    halfRefused,
    begun,
    ofTwoSensors,
    portless,
    pings,
    whole,
    twice,
    handedOn,
    oneAlone,
  ];
  ({ rows } = await fused({ flows: [flows.flat()], events: [[own, ...holders, ...aboutOne]] }));
}, 60_000);

const at1 = (LocalPort: number) => only(rows.filter((row) => row.LocalPort === LocalPort));

describe('parts of a connection', () => {
  test('one a direction meet in one row with both counters', () => {
    const row = rowOf(rows, twoWays[0] as never);
    expect(row).toMatchObject({ BytesSent: 700n, BytesReceived: 90n, BytesSource: 'vpc-ip', OtherFlows: null });
    expect((row.FlowEnd as bigint) - (row.FlowStart as bigint)).toBe(300_000_000n);
    expect(rows.some(({ EventId }) => EventId === twoWays[1]?.EventId)).toBe(false);
  });

  test('meet in either orientation', () => {
    expect(at1(1)).toMatchObject({ BytesSent: 700n, BytesReceived: 90n, ActionType: 'ConnectionSuccess' });
  });

  test('one an interval are added up; what no part knows stays unknown; the event finds them as one', () => {
    expect(at1(2)).toMatchObject({
      BytesSent: 600n,
      BytesReceived: null,
      Fusion: 'fused',
      EndpointEventId: own.EventId,
    });
    expect(at1(2).EventId).toBe(intervals[0]?.EventId);
  });

  test('an hour apart are two connections', () => {
    expect(reused.map((seen) => rowOf(rows, seen).BytesSent)).toEqual([5n, 7n]);
  });

  test('with ports that another program took over are two connections, each its own program’s', () => {
    const [before, after] = [rowOf(rows, handedOn[0]), rowOf(rows, handedOn[2])];
    expect(before).toMatchObject({ BytesSent: 5n, BytesReceived: 6n, InitiatingProcessFileName: 'chrome.exe' });
    expect(after).toMatchObject({ BytesSent: 709n, BytesReceived: 8n, InitiatingProcessFileName: 'rclone.exe' });
  });

  test('are one where no event begins another', () => {
    expect(rowOf(rows, oneAlone[0] as never)).toMatchObject({
      BytesSent: 20n,
      InitiatingProcessFileName: 'rclone.exe',
    });
  });

  test('failed only if all of them did, and carried nothing then', () => {
    expect(at1(4)).toMatchObject({ ActionType: 'ConnectionFailed', BytesSent: null });
    expect(at1(5)).toMatchObject({ ActionType: 'ConnectionSuccess', BytesSent: 40n });
  });

  test('that count nothing belong to those that do', () => {
    expect(at1(6)).toMatchObject({ BytesSent: 9n, BytesReceived: 8n, BytesSource: 'vpc-ip', AccountName: 'b.holm' });
  });

  test('of two sensors are never added', () => {
    expect(at1(7)).toMatchObject({ BytesSent: 50n });
    expect(JSON.parse(String(at1(7).OtherFlows))).toHaveLength(1);
  });

  test('told in two exports, one of which pairs them, are counted once', () => {
    expect(at1(10)).toMatchObject({ BytesSent: 100n, BytesReceived: 60n });
  });

  test('without a port are not known to be of one connection; without any by their protocol they are', () => {
    expect(portless.map((seen) => rowOf(rows, seen).BytesSent)).toEqual([50n, 50n]);
    expect(rowOf(rows, pings[0] as never)).toMatchObject({ Protocol: 'Icmp', BytesSent: 100n });
  });

  test('are what says so: whole flows of one sensor stay', () => {
    expect(whole.map((seen) => rowOf(rows, seen).BytesSent)).toEqual([1000n, 1000n]);
  });
});

test('a row that came in finished has all parts of its connection', async () => {
  const finished = {
    EventId: twoWays[0]?.EventId as string,
    Timestamp: at('10:00:00'),
    Fusion: 'flow',
    BytesSent: 700,
  };
  const made = await fused({ flows: [[...twoWays, ...reused]], finished: [[finished]] });
  expect(made.rows.map(({ BytesSent }) => BytesSent)).toEqual(expect.arrayContaining([700n, 5n, 7n]));
  expect(made.rows).toHaveLength(3);
});
