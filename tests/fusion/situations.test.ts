import { describe, expect, test } from 'vitest';
import type { InlineRow as Row } from '../../packages/weir/src/detect/inlineRows.ts';
import { at, event, flow, fused, name, only, rowOf } from './fused.ts';

describe('one endpoint event and one flow', () => {
  test('become one row with the process of the one and the bytes of the other', async () => {
    const own = event({ Timestamp: at('10:00:00.5') });
    const seen = flow({ FlowEnd: at('10:20:00') });
    const row = only((await fused({ events: [[own]], flows: [[seen]] })).rows);
    expect(row).toMatchObject({
      Fusion: 'fused',
      FusionRule: 'five-tuple',
      EventId: seen.EventId,
      EndpointEventId: own.EventId,
      InitiatingProcessFileName: 'rclone.exe',
      AccountName: 'a.berg',
      BytesSent: 1000n,
      BytesReceived: 200n,
      ActionType: 'ConnectionSuccess',
      LocalIPType: 'Private',
      RemoteIPType: 'Reserved',
    });
    expect(row.FusionConfidence).toBeCloseTo(0.95);
    expect(row.EvidenceTime).toBe(row.FlowEnd);
    expect((row.Timestamp as bigint) - (row.FlowStart as bigint)).toBe(5_000_000n);
  });
});

test('a flow with two equally good events goes to the same one in any order of rows', async () => {
  const [first, second, seen] = [event(), event({ InitiatingProcessFileName: 'curl.exe' }), flow()];
  for (const events of [[[first, second]], [[second, first]], [[second], [first]]]) {
    const { rows } = await fused({ events, flows: [[seen]] });
    expect(rowOf(rows, seen).EndpointEventId).toBe(first.EventId);
  }
});

describe('an event that drops repeats', () => {
  test('owns its own flow and stands for those of the next hour, by other ports', async () => {
    const own = event();
    const flows = [
      flow({ LocalPort: 50_000 }),
      flow({ LocalPort: 50_001, FlowStart: at('10:10:00') }),
      flow({ LocalPort: 50_002, FlowStart: at('10:50:00') }),
      flow({ LocalPort: 50_003, FlowStart: at('11:30:00') }),
      flow({ LocalPort: 50_004, FlowStart: at('09:50:00') }),
    ] as const;
    const { rows } = await fused({ events: [[own]], flows: [[...flows]] });
    expect(rows).toHaveLength(5);
    expect(rowOf(rows, flows[0])).toMatchObject({ FusionRule: 'five-tuple' });
    for (const repeat of [flows[1], flows[2]]) {
      const row = rowOf(rows, repeat);
      expect(row).toMatchObject({
        FusionRule: 'repeated',
        EndpointEventId: own.EventId,
        LocalPort: repeat.LocalPort,
        InitiatingProcessFileName: 'rclone.exe',
      });
      expect(row.Timestamp).toBe(row.FlowStart);
      expect(row.FusionConfidence).toBeLessThan(0.9);
    }
    for (const stranger of [flows[3], flows[4]])
      expect(rowOf(rows, stranger)).toMatchObject({ Fusion: 'flow', InitiatingProcessFileName: '' });
  });

  test('keeps a row of its own connection when only repeats of it were seen', async () => {
    const own = event();
    const repeat = flow({ LocalPort: 50_001, FlowStart: at('10:10:00') });
    const { rows } = await fused({ events: [[own]], flows: [[repeat]] });
    expect(rows).toHaveLength(2);
    expect(rowOf(rows, own)).toMatchObject({ Fusion: 'endpoint', BytesSent: null, LocalPort: 50_000 });
    expect(rowOf(rows, repeat)).toMatchObject({ Fusion: 'fused', BytesSent: 1000n });
  });

  test('does not stand for a flow that another program may have opened', async () => {
    const events = [event(), event({ LocalPort: 50_009, InitiatingProcessFileName: 'chrome.exe' })];
    const own = [flow(), flow({ LocalPort: 50_009 })];
    const repeat = flow({ LocalPort: 50_001, FlowStart: at('10:10:00') });
    const { rows, report } = await fused({ events: [events], flows: [[...own, repeat]] });
    expect(rowOf(rows, repeat)).toMatchObject({ Fusion: 'flow', InitiatingProcessFileName: '' });
    expect(report.gaps).toContainEqual({
      lacks: 'process',
      why: 'several programs of the device used the same address within an hour',
      count: 1,
    });
  });

  test('does not stand for a flow to another host at the same address', async () => {
    const own = event({ RemoteUrl: 'https://one.example.com/path' });
    const repeats = [50_001, 50_002, 50_003].map((LocalPort) => flow({ LocalPort, FlowStart: at('10:10:00') }));
    const [elsewhere, there, silent] = repeats as [Row, Row, Row];
    const names = [
      name({ FlowId: elsewhere.FlowId as string, Host: 'two.example.com' }),
      name({ FlowId: there.FlowId as string, Host: 'one.example.com' }),
    ];
    const { rows } = await fused({ events: [[own]], flows: [[flow(), ...repeats]], names: [names] });
    expect(rowOf(rows, elsewhere)).toMatchObject({ Fusion: 'flow', RemoteHost: 'two.example.com' });
    expect(rowOf(rows, there)).toMatchObject({ FusionRule: 'repeated-host', RemoteHostSource: 'tls' });
    expect(rowOf(rows, silent)).toMatchObject({ FusionRule: 'repeated', RemoteHostSource: 'endpoint' });
  });

  test('does not stand for a flow of the device that has the address by then', async () => {
    const events = [
      event({ RemoteUrl: 'one.example.com' }),
      event({ DeviceName: 'ws-2', Timestamp: at('10:10:00'), LocalPort: 50_101, RemoteIP: '203.0.113.99' }),
    ];
    const flows = [
      flow(),
      flow({ LocalPort: 50_001, FlowStart: at('10:05:00') }),
      flow({ LocalPort: 50_101, RemoteIP: '203.0.113.99', FlowStart: at('10:10:00') }),
      flow({ LocalPort: 50_002, FlowStart: at('10:20:00') }),
      flow({ LocalPort: 50_003, FlowStart: at('10:21:00') }),
    ] as const;
    const names = [name({ FlowId: flows[4].FlowId as string, Host: 'one.example.com' })];
    const { rows } = await fused({ events: [events], flows: [[...flows]], names: [names] });
    expect(rowOf(rows, flows[1])).toMatchObject({ DeviceName: 'ws-1', FusionRule: 'repeated' });
    for (const seen of [flows[3], flows[4]])
      expect(rowOf(rows, seen)).toMatchObject({ DeviceName: 'ws-2', Fusion: 'flow', InitiatingProcessFileName: '' });
  });

  test('is found by its host among several programs', async () => {
    const events = [
      event({ RemoteUrl: 'one.example.com' }),
      event({ LocalPort: 50_009, InitiatingProcessFileName: 'chrome.exe', RemoteUrl: 'two.example.com' }),
    ];
    const repeat = flow({ LocalPort: 50_001, FlowStart: at('10:10:00') });
    const names = [name({ FlowId: repeat.FlowId as string, Host: 'one.example.com' })];
    const { rows } = await fused({
      events: [events],
      flows: [[flow(), flow({ LocalPort: 50_009 }), repeat]],
      names: [names],
    });
    expect(rowOf(rows, repeat)).toMatchObject({ InitiatingProcessFileName: 'rclone.exe' });
  });
});

describe('ports', () => {
  test('reused an hour later are another connection', async () => {
    const own = event();
    const first = flow();
    const later = flow({ FlowStart: at('11:00:01') });
    const { rows } = await fused({ events: [[own]], flows: [[later, first]] });
    expect(rowOf(rows, first)).toMatchObject({ Fusion: 'fused' });
    expect(rowOf(rows, later)).toMatchObject({ Fusion: 'flow' });
  });

  test('reused within the hour belong to the nearer event', async () => {
    const events = [event(), event({ Timestamp: at('10:30:00'), InitiatingProcessFileName: 'curl.exe' })];
    const flows = [flow({ FlowStart: at('10:30:01') }), flow()];
    const { rows } = await fused({ events: [events], flows: [flows] });
    expect(rows.map((row) => [row.FlowStart, row.InitiatingProcessFileName])).toEqual(
      expect.arrayContaining([
        [rowOf(rows, flows[0] as never).FlowStart, 'curl.exe'],
        [rowOf(rows, flows[1] as never).FlowStart, 'rclone.exe'],
      ]),
    );
    expect(rows).toHaveLength(2);
  });

  test('of a connection that the sensor met again after a silence lead to its event, less surely', async () => {
    const met = (FlowStart: string, facts: Row = {}) => flow({ FlowStart, State: 'OTH', Outcome: 'unknown', ...facts });
    const own = event({ RemoteUrl: 'one.example.com' });
    const second = { LocalPort: 50_001, RemoteIP: '203.0.113.11' };
    const reused = { LocalPort: 50_002, RemoteIP: '203.0.113.12' };
    const flows = [
      flow({ State: 'S1', FlowEnd: at('10:10:00') }),
      met(at('11:10:00'), { BytesSent: 800_000_000 }),
      met(at('11:55:00')),
      met(at('12:01:00')),
      met(at('11:30:00'), second),
      flow({ ...reused, State: 'S1' }),
      flow({ ...reused, FlowStart: at('10:40:00') }),
      met(at('11:30:00'), reused),
    ] as const;
    const events = [own, event({ ...second, ActionType: 'ConnectionFailed' }), event(reused)];
    const { rows } = await fused({ events: [events], flows: [[...flows]] });
    for (const continued of [flows[1], flows[2]]) {
      const row = rowOf(rows, continued);
      expect(row).toMatchObject({
        FusionRule: 'continued',
        EndpointEventId: own.EventId,
        InitiatingProcessFileName: 'rclone.exe',
        RemoteHost: 'one.example.com',
        ActionType: 'ConnectionSuccess',
        BytesSent: BigInt(Number(continued.BytesSent)),
      });
      expect(row.Timestamp).toBe(row.FlowStart);
      expect(row.FusionConfidence).toBeCloseTo(0.7);
    }
    for (const stranger of [flows[3], flows[4], flows[7]])
      expect(rowOf(rows, stranger)).toMatchObject({ Fusion: 'flow', InitiatingProcessFileName: '' });
  });

  test.each([null, 0])('that the endpoint does not know (%s) are taken from the flow, less surely', async (port) => {
    const own = event({ LocalPort: port });
    const row = only((await fused({ events: [[own]], flows: [[flow({ FlowStart: at('10:00:01') })]] })).rows);
    expect(row).toMatchObject({ FusionRule: 'no-local-port', LocalPort: 50_000, BytesSent: 1000n });
    expect(row.FusionConfidence).toBeLessThan(0.7);
  });
});

test('a flow without a local port goes to the event that has no better one', async () => {
  const [own, other] = [event({ Timestamp: at('10:00:05') }), event({ LocalPort: 50_001 })] as const;
  const [whole, portless] = [flow({ LocalPort: 50_001 }), flow({ LocalPort: null, FlowEnd: at('10:00:10') })] as const;
  const { rows } = await fused({ events: [[own, other]], flows: [[whole, portless]] });
  expect(rowOf(rows, portless)).toMatchObject({
    EndpointEventId: own.EventId,
    FusionRule: 'no-flow-port',
    LocalPort: 50_000,
  });
  expect(rowOf(rows, portless).FusionConfidence).toBeLessThan(0.7);
  expect(rowOf(rows, whole)).toMatchObject({ EndpointEventId: other.EventId });
});

test('of several programs without a port the one at the very moment has the flow', async () => {
  const events = [
    event({ LocalPort: null, Timestamp: at('10:00:00.5') }),
    event({ LocalPort: null, Timestamp: at('09:59:30'), InitiatingProcessFileName: 'chrome.exe' }),
  ];
  const flows = [flow(), flow({ FlowStart: at('10:00:40'), LocalPort: 50_001 })] as const;
  const { rows } = await fused({ events: [events], flows: [[...flows]] });
  expect(flows.map((seen) => rowOf(rows, seen).InitiatingProcessFileName)).toEqual(['rclone.exe', '']);
});

describe('clocks', () => {
  test('five hours off are estimated from the connections themselves', async () => {
    const minutes = ['00', '07', '19', '31', '44'];
    const events = minutes.map((minute, n) =>
      event({ Timestamp: at(`15:${minute}:00.4`), LocalPort: 50_000 + n, RemoteIP: `203.0.113.${n + 1}` }),
    );
    const flows = minutes.map((minute, n) =>
      flow({ FlowStart: at(`10:${minute}:00`), LocalPort: 50_000 + n, RemoteIP: `203.0.113.${n + 1}` }),
    );
    const { rows, report } = await fused({ events: [events], flows: [flows] });
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(row).toMatchObject({ Fusion: 'fused', FusionRule: 'five-tuple' });
    expect(report.clockOffsets).toEqual([{ device: 'ws-1', day: '2026-03-12', seconds: 18_000.4, pairs: 5 }]);
    expect(report.notes.join(' ')).toContain('The clock of ws-1 was 5 h ahead');
  });

  test('of which nothing is known are taken as right', async () => {
    const { rows } = await fused({ events: [[event({ Timestamp: at('15:00:00') })]], flows: [[flow()]] });
    expect(rows.map(({ Fusion }) => Fusion).sort()).toEqual(['endpoint', 'flow']);
  });
});

test('a protocol is the same in every spelling', async () => {
  const spelled = ['TcpV4', 'TCP', '6'].map((Protocol, at) => event({ Protocol, LocalPort: 50_000 + at }));
  const flows = spelled.map((_, at) => flow({ LocalPort: 50_000 + at }));
  const { rows } = await fused({ events: [spelled], flows: [flows] });
  expect(rows.map(({ FusionRule }) => FusionRule)).toEqual(Array(3).fill('five-tuple'));
});

describe('addresses', () => {
  test('mapped into IPv6 are the IPv4 ones', async () => {
    const own = event({
      LocalIP: '::ffff:10.0.0.5',
      RemoteIP: '::FFFF:203.0.113.10',
      RemoteIPType: 'FourToSixMapping',
    });
    const row = only((await fused({ events: [[own]], flows: [[flow()]] })).rows);
    expect(row).toMatchObject({ Fusion: 'fused', LocalIPType: 'Private', RemoteIPType: 'FourToSixMapping' });
  });

  test('on swapped sides meet, with the bytes turned', async () => {
    const own = event({
      ActionType: 'InboundConnectionAccepted',
      LocalIP: '203.0.113.10',
      LocalPort: 443,
      RemoteIP: '10.0.0.5',
      RemotePort: 50_000,
    });
    const row = only((await fused({ events: [[own]], flows: [[flow()]] })).rows);
    expect(row).toMatchObject({ FusionRule: 'five-tuple-swapped', BytesSent: 200n, BytesReceived: 1000n });
  });

  test('held by two devices one after the other belong to the one that held them', async () => {
    const events = [
      event({ Timestamp: at('08:00:00'), RemoteIP: '203.0.113.99' }),
      event({ Timestamp: at('12:00:00'), RemoteIP: '203.0.113.99', DeviceName: 'ws-2' }),
    ];
    const flows = [
      flow({ FlowStart: at('09:00:00') }),
      flow({ FlowStart: at('12:30:00') }),
      flow({ FlowStart: at('05:00:00') }),
    ] as const;
    const { rows } = await fused({ events: [events], flows: [[...flows]] });
    expect(flows.map((seen) => rowOf(rows, seen).DeviceName)).toEqual(['ws-1', 'ws-2', '10.0.0.5']);
  });

  test('are held for a day by a device that does not show them, and for an hour before it does', async () => {
    const on = (day: number, time: string) => `2026-03-${day}T${time}Z`;
    const shown = event({ RemoteIP: '203.0.113.99' });
    const again = event({ RemoteIP: '203.0.113.99', Timestamp: on(14, '12:00:00') });
    const times = [
      on(13, '09:59:59'),
      on(13, '10:00:00'),
      on(14, '10:59:59'),
      on(14, '11:00:00'),
      on(15, '11:59:59'),
      on(15, '12:00:00'),
    ];
    const flows = times.map((FlowStart) => flow({ FlowStart, FlowEnd: FlowStart }));
    const devices = async (events: Row[]) => {
      const { rows } = await fused({ events: [events], flows: [flows] });
      return flows.map((seen) => rowOf(rows, seen).DeviceName);
    };
    const nobody = '10.0.0.5';
    expect(await devices([shown, again])).toEqual(['ws-1', nobody, nobody, 'ws-1', 'ws-1', nobody]);
    const other = { ...again, DeviceName: 'ws-2' };
    expect(await devices([shown, other])).toEqual(['ws-1', nobody, nobody, 'ws-2', 'ws-2', nobody]);
    const between = event({ RemoteIP: '203.0.113.99', Timestamp: at('20:00:00') });
    expect(await devices([shown, between])).toEqual(['ws-1', 'ws-1', nobody, nobody, nobody, nobody]);
    const silent = event({ LocalIP: '', Timestamp: on(13, '10:30:00') });
    const unnamed = flow({ FlowStart: on(13, '10:30:00') });
    const { rows } = await fused({ events: [[shown, silent]], flows: [[unnamed]] });
    expect(rowOf(rows, unnamed)).toMatchObject({ Fusion: 'flow', DeviceName: nobody });
  });

  test('that the event does not name are what its device held, less surely', async () => {
    const events = [event({ LocalPort: 50_001, RemoteIP: '203.0.113.77' }), event({ LocalIP: '' })];
    const seen = flow();
    const { rows } = await fused({ events: [events], flows: [[seen]] });
    const row = rowOf(rows, seen);
    expect(row).toMatchObject({ FusionRule: 'five-tuple', LocalIP: '10.0.0.5', LocalIPType: 'Private' });
    expect(row.FusionConfidence).toBeCloseTo(0.95 * 0.85);
  });
});

describe('what one side does not know', () => {
  test('of the protocol lowers the confidence', async () => {
    const row = only((await fused({ events: [[event({ Protocol: '' })]], flows: [[flow()]] })).rows);
    expect(row).toMatchObject({ Fusion: 'fused', Protocol: 'Tcp' });
    expect(row.FusionConfidence).toBeCloseTo(0.95 * 0.9);
  });

  test('of the site lowers the confidence, and settles nothing where two sites have the same connection', async () => {
    const [seen, twin] = [flow({ Site: 'north' }), flow({ Site: 'south' })];
    const row = only((await fused({ events: [[event()]], flows: [[seen]] })).rows);
    expect(row).toMatchObject({ Fusion: 'fused', Site: 'north' });
    expect(row.FusionConfidence).toBeCloseTo(0.95 * 0.95);
    const { rows } = await fused({ events: [[event()]], flows: [[seen, twin]] });
    expect(rows.map(({ Fusion }) => Fusion).sort()).toEqual(['endpoint', 'flow', 'flow']);
    const apart = await fused({ events: [[event()]], flows: [[seen, flow({ Site: 'south', LocalPort: 50_001 })]] });
    expect(rowOf(apart.rows, seen)).toMatchObject({ Fusion: 'fused' });
  });
});

describe('an aggregated report', () => {
  const report = (facts = {}) =>
    event({
      ActionType: 'ConnectionSuccessAggregatedReport',
      Timestamp: at('11:00:00'),
      LocalPort: null,
      AdditionalFields: { uniqueEventsAggregated: 3 },
      ...facts,
    });
  const flows = ['10:05:00', '10:20:00', '10:40:00', '10:58:00', '08:00:00'].map((time, n) =>
    flow({ FlowStart: at(time), LocalPort: 50_100 + n }),
  );

  test('stands for as many flows of its hour as it says, the nearest ones', async () => {
    const own = report();
    const { rows } = await fused({ events: [[own]], flows: [flows] });
    expect(flows.map((seen) => rowOf(rows, seen).FusionRule)).toEqual([
      '',
      'aggregated',
      'aggregated',
      'aggregated',
      '',
    ]);
    expect(rows).toHaveLength(5);
    expect(rowOf(rows, flows[1] as never)).toMatchObject({ ActionType: 'ConnectionSuccess', LocalPort: 50_101 });
  });

  test('stays a row of its own where no flow is found', async () => {
    const row = only((await fused({ events: [[report()]] })).rows);
    expect(row).toMatchObject({ Fusion: 'endpoint', ActionType: 'ConnectionSuccessAggregatedReport', BytesSent: null });
  });

  test('stands for no flow of the device that had its address before', async () => {
    const before = event({ DeviceName: 'ws-2', Timestamp: at('10:10:00'), RemoteIP: '203.0.113.99' });
    const own = report({ Timestamp: at('10:45:00') });
    const { rows } = await fused({ events: [[before, own]], flows: [flows] });
    expect(
      flows.map((seen) => rowOf(rows, seen)).map(({ DeviceName, FusionRule }) => [DeviceName, FusionRule]),
    ).toEqual([
      ['ws-2', ''],
      ['ws-2', ''],
      ['ws-2', ''],
      ['ws-1', 'aggregated'],
      ['10.0.0.5', ''],
    ]);
  });

  test('leaves to the next one what it has no room for', async () => {
    const next = report({ Timestamp: at('10:00:00') });
    const { rows } = await fused({ events: [[report(), next]], flows: [flows] });
    expect(rowOf(rows, flows[0] as never)).toMatchObject({ EndpointEventId: next.EventId });
  });

  test('of one program settles nothing beside that of another', async () => {
    const other = report({ InitiatingProcessFileName: 'chrome.exe' });
    const { rows } = await fused({ events: [[report(), other]], flows: [flows] });
    expect(rows.filter(({ Fusion }) => Fusion === 'fused')).toEqual([]);
  });
});

describe('outcomes', () => {
  test('that contradict each other keep flow and event apart, unless it is clearly the same connection', async () => {
    const failed = event({ ActionType: 'ConnectionFailed' });
    const near = await fused({ events: [[failed]], flows: [[flow({ FlowStart: at('10:00:01') })]] });
    expect(only(near.rows)).toMatchObject({ FusionRule: 'five-tuple-disputed', ActionType: 'ConnectionSuccess' });
    expect(near.rows[0]?.FusionConfidence).toBeLessThan(0.9);
    const far = await fused({ events: [[failed]], flows: [[flow({ FlowStart: at('10:00:10') })]] });
    expect(far.rows.map(({ Fusion }) => Fusion).sort()).toEqual(['endpoint', 'flow']);
    const refused = flow({
      FlowStart: at('10:00:10'),
      Outcome: 'failed',
      State: 'REJ',
      BytesSent: 0,
      BytesReceived: 0,
    });
    const reverse = await fused({ events: [[event()]], flows: [[refused]] });
    expect(reverse.rows.map(({ Fusion }) => Fusion).sort()).toEqual(['endpoint', 'flow']);
  });

  test('that an endpoint calls failed are a success where a sensor saw payload pass, and failed where it saw none', async () => {
    const failed = [0, 1, 2].map((LocalPort) =>
      event({ ActionType: 'ConnectionFailed', LocalPort: 50_000 + LocalPort }),
    );
    const flows = [
      flow({ BytesSent: 200_000_000 }),
      flow({ LocalPort: 50_001, State: 'RSTO', BytesSent: 0, BytesReceived: 0 }),
      flow({ LocalPort: 50_002, BytesSent: null, BytesReceived: null }),
    ] as const;
    const { rows, report } = await fused({ events: [failed], flows: [[...flows]] });
    expect(flows.map((seen) => rowOf(rows, seen))).toMatchObject(
      ['ConnectionSuccess', 'ConnectionFailed', 'ConnectionFailed'].map((ActionType) => ({
        ActionType,
        FusionRule: 'five-tuple-disputed',
        InitiatingProcessFileName: 'rclone.exe',
      })),
    );
    expect(rowOf(rows, flows[0])).toMatchObject({ BytesSent: 200_000_000n });
    expect(rowOf(rows, flows[0]).FusionConfidence).toBeCloseTo(0.95 * 0.8);
    expect(report).toMatchObject({ connections: 3, fused: 3 });
  });

  test('of flows alone are told as the sensor saw them', async () => {
    const flows = [
      flow(),
      flow({ LocalPort: 1, Outcome: 'failed', State: 'S0', BytesSent: null, BytesReceived: null }),
      flow({ LocalPort: 2, Outcome: 'unknown', State: 'OTH', BytesSent: null, BytesReceived: null }),
      flow({ LocalPort: 3, Outcome: 'failed', State: 'REJ', BytesSent: 104, BytesReceived: 0 }),
    ] as const;
    const { rows } = await fused({ flows: [[...flows]] });
    expect(flows.map((seen) => rowOf(rows, seen).ActionType)).toEqual([
      'ConnectionSuccess',
      'ConnectionFailed',
      'ConnectionFound',
      'ConnectionFailed',
    ]);
    expect(flows.map((seen) => rowOf(rows, seen).BytesSent)).toEqual([1000n, null, null, null]);
  });

  test('that the endpoint did not state are the flow’s', async () => {
    const asked = event({ ActionType: 'ConnectionRequest' });
    expect(only((await fused({ events: [[asked]], flows: [[flow()]] })).rows).ActionType).toBe('ConnectionSuccess');
    expect(only((await fused({ events: [[asked]] })).rows).ActionType).toBe('ConnectionRequest');
  });
});

describe('names', () => {
  const dns = (facts: Row) =>
    name({
      Kind: 'dns',
      ClientIP: '10.0.0.5',
      ServerIP: '203.0.113.10',
      TtlSeconds: 60,
      Host: 'dns.example.com',
      ...facts,
    });

  test('come in the order of trust', async () => {
    const seen = flow();
    const id = seen.FlowId as string;
    const told = [
      name({ Kind: 'http', FlowId: id, Host: 'http.example.com', Timestamp: at('09:59:00') }),
      name({ Kind: 'quic', FlowId: id, Host: 'quic.example.com' }),
      name({ Kind: 'tls', FlowId: id, Host: 'tls.example.com', Timestamp: at('10:00:02') }),
    ];
    const hosts = async (own: Row | undefined, names: Row[]) => {
      const { rows } = await fused({ ...(own ? { events: [[own]] } : {}), flows: [[seen]], names: [names] });
      return [only(rows).RemoteHost, only(rows).RemoteHostSource];
    };
    expect(await hosts(event({ RemoteUrl: 'https://url.example.com:8443/x' }), told)).toEqual([
      'url.example.com',
      'endpoint',
    ]);
    expect(await hosts(undefined, told)).toEqual(['tls.example.com', 'tls']);
    expect(await hosts(undefined, told.slice(0, 2))).toEqual(['quic.example.com', 'quic']);
    const look = { ClientIP: '10.0.0.5', ClientPort: 50_000, ServerIP: '203.0.113.10', ServerPort: 443 };
    const inspected = (kind: string) => name({ ...look, Kind: kind, Host: `inspected.${kind}.example.com` });
    expect(await hosts(undefined, [...told.slice(0, 1), inspected('tls')])).toEqual([
      'inspected.tls.example.com',
      'tls',
    ]);
    expect(await hosts(undefined, [...told.slice(0, 2), inspected('http')])).toEqual(['quic.example.com', 'quic']);
    expect(await hosts(undefined, [...told.slice(0, 1), dns({ Timestamp: at('09:59:50') })])).toEqual([
      'http.example.com',
      'http',
    ]);
  });

  test('are no addresses, files or shares', async () => {
    const urls = [
      '203.0.113.10',
      'https://203.0.113.10/x',
      'https://[2001:db8::1]/',
      'C:\\Users\\Public\\Firefox.lnk',
      '\\\\fs01\\share',
    ];
    const ports = urls.map((RemoteUrl, n) => ({ RemoteUrl, LocalPort: 50_100 + n }));
    const flows = ports.map(({ LocalPort }) => flow({ LocalPort }));
    const { rows } = await fused({ events: [ports.map(event)], flows: [flows] });
    expect(rows.map(({ RemoteHost, RemoteUrl }) => ({ RemoteHost, RemoteUrl }))).toEqual(
      urls.map((RemoteUrl) => ({ RemoteHost: '', RemoteUrl })),
    );
  });

  test('of a CONNECT through a proxy are the real host, before the proxy’s own name', async () => {
    const through = { RemoteIP: '10.0.0.80', RemotePort: 3128 };
    const seen = flow(through);
    const ends = { ClientIP: '10.0.0.5', ClientPort: 50_000, ServerIP: '10.0.0.80', ServerPort: 3128 };
    const names = [
      name({ Kind: 'proxy', FlowId: seen.FlowId as string, Host: 'discord.com', ...ends }),
      name({ Kind: 'dns', ClientIP: '10.0.0.5', ServerIP: '10.0.0.80', TtlSeconds: 60, Host: 'proxy.example.com' }),
    ];
    const own = event({ ...through, RemoteUrl: 'proxy.example.com' });
    const row = only((await fused({ events: [[own]], flows: [[seen]], names: [names] })).rows);
    expect(row).toMatchObject({
      RemoteHost: 'discord.com',
      RemoteHostSource: 'proxy',
      Service: 'Discord',
      RemoteUrl: 'proxy.example.com',
      RemoteIP: '10.0.0.80',
    });
  });

  test('tell a proxy’s own leg from others of the same machine', async () => {
    const inner = flow({ RemoteIP: '10.0.0.80', RemotePort: 3128, Direction: 'internal', FlowEnd: at('10:05:00') });
    const outer = { LocalIP: '10.0.0.80', RemoteIP: '203.0.113.10' };
    const [leg, later, other] = [
      flow({ ...outer, LocalPort: 40_000, FlowStart: at('10:00:01') }),
      flow({ ...outer, LocalPort: 40_001, FlowStart: at('10:30:00') }),
      flow({ ...outer, LocalPort: 40_002, FlowStart: at('10:00:01') }),
    ] as const;
    const names = [
      name({
        Kind: 'proxy',
        FlowId: inner.FlowId as string,
        Host: 'discord.com',
        ServerIP: '10.0.0.80',
        ServerPort: 3128,
      }),
      ...[leg, later].map(({ FlowId }) => name({ FlowId: FlowId as string, Host: 'discord.com' })),
      name({ FlowId: other.FlowId as string, Host: 'update.example.com' }),
    ];
    const { rows, report } = await fused({ flows: [[inner, leg, later, other]], names: [names] });
    expect([inner, leg, later, other].map((seen) => rowOf(rows, seen).FusionRule)).toEqual([
      '',
      'proxy-outer-leg',
      '',
      '',
    ]);
    expect(report.notes.join(' ')).toContain('Proxies made 1 of the connections');
    // A proxy with an endpoint sensor of its own is told the same way, and its process stays on the row.
    const own = event({
      ...outer,
      LocalPort: 40_000,
      DeviceName: 'proxy',
      InitiatingProcessFileName: 'squid.exe',
      Timestamp: at('10:00:01'),
    });
    const watched = await fused({ events: [[own]], flows: [[inner, leg, later, other]], names: [names] });
    expect(rowOf(watched.rows, leg)).toMatchObject({
      FusionRule: 'proxy-outer-leg',
      Fusion: 'fused',
      DeviceName: 'proxy',
    });
    expect(rowOf(watched.rows, later).FusionRule).not.toBe('proxy-outer-leg');
  });

  test('of rows that an endpoint inspected are found by addresses, ports and time, in either orientation', async () => {
    const ends = { ClientIP: '10.0.0.5', ClientPort: 50_000, ServerIP: '203.0.113.10', ServerPort: 443 };
    const turned = { ClientIP: '203.0.113.10', ClientPort: 443, ServerIP: '10.0.0.5', ServerPort: 50_000 };
    for (const sides of [ends, turned]) {
      const look = name({ ...sides, DeviceName: 'ws-1', Host: 'seen.example.com', Timestamp: at('10:00:01') });
      for (const sources of [{ events: [[event()]] }, { flows: [[flow()]] }]) {
        const { rows } = await fused({ ...sources, names: [[look]] });
        expect(only(rows)).toMatchObject({ RemoteHost: 'seen.example.com', RemoteHostSource: 'tls' });
      }
    }
    const late = name({ ...ends, Host: 'seen.example.com', Timestamp: at('10:05:00') });
    expect(only((await fused({ flows: [[flow()]], names: [[late]] })).rows)).toMatchObject({ RemoteHost: '' });
  });

  test('of DNS hold for their time to live and five minutes', async () => {
    const names = [dns({ Timestamp: at('09:00:00') }), dns({ Timestamp: at('10:00:00'), Host: 'later.example.com' })];
    const flows = ['09:00:30', '09:05:59', '09:06:05', '10:00:10', '08:59:00'].map((time, n) =>
      flow({ FlowStart: at(time), LocalPort: 50_000 + n }),
    );
    const { rows } = await fused({ flows: [flows], names: [names] });
    expect(flows.map((seen) => rowOf(rows, seen).RemoteHost)).toEqual([
      'dns.example.com',
      'dns.example.com',
      '',
      'later.example.com',
      '',
    ]);
    expect(rowOf(rows, flows[0] as Row).RemoteHostSource).toBe('dns');
  });

  test('of DNS without a time to live hold for five minutes, as if it were none', async () => {
    const told = dns({ Timestamp: at('09:00:00'), TtlSeconds: null });
    const flows = [
      flow({ FlowStart: at('09:04:59') }),
      flow({ FlowStart: at('09:05:01'), LocalPort: 50_001 }),
      flow({ FlowStart: at('12:00:00'), LocalPort: 50_002 }),
    ];
    const { rows } = await fused({ flows: [flows], names: [[told]] });
    expect(flows.map((seen) => rowOf(rows, seen).RemoteHost)).toEqual(['dns.example.com', '', '']);
  });

  test('of DNS that an endpoint told without its address are those of its device', async () => {
    const own = event({ DeviceName: 'WS-1' });
    const flows = [flow({ LocalPort: 50_001 }), flow({ LocalIP: '10.0.0.6', LocalPort: 50_002 })] as const;
    const told = dns({ ClientIP: '', DeviceName: 'ws-1', Timestamp: at('09:59:50'), Host: 'asked.example.com' });
    const { rows } = await fused({ events: [[own]], flows: [[...flows]], names: [[told]] });
    expect(rowOf(rows, own)).toMatchObject({ RemoteHost: 'asked.example.com', RemoteHostSource: 'dns' });
    expect(rowOf(rows, flows[0])).toMatchObject({ RemoteHost: 'asked.example.com' });
    expect(rowOf(rows, flows[1])).toMatchObject({ RemoteHost: '' });
    // Of an answer by address and one by device the later one is meant.
    const later = dns({ Timestamp: at('09:59:55'), Host: 'later.example.com' });
    const both = await fused({ events: [[own]], names: [[told, later]] });
    expect(only(both.rows)).toMatchObject({ RemoteHost: 'later.example.com' });
  });

  test('that an endpoint inspected are the connection’s as well as the inspected row’s', async () => {
    const looked = event({ ActionType: 'SslConnectionInspected', Timestamp: at('10:00:01') });
    const ends = { ClientIP: '10.0.0.5', ClientPort: 50_000, ServerIP: '203.0.113.10', ServerPort: 443 };
    const told = name({ ...ends, Host: 'seen.example.com', Timestamp: at('10:00:01') });
    const { rows } = await fused({ events: [[event(), looked]], names: [[told]] });
    expect(rows.map(({ RemoteHost }) => RemoteHost)).toEqual(['seen.example.com', 'seen.example.com']);
  });

  test('of DNS are nobody else’s', async () => {
    const names = [dns({ Timestamp: at('10:00:00'), ClientIP: '10.0.0.6' })];
    expect(only((await fused({ flows: [[flow()]], names: [names] })).rows).RemoteHost).toBe('');
  });

  test('are not needed where a service publishes its addresses', async () => {
    const row = only((await fused({ flows: [[flow({ RemoteIP: '149.154.167.99' })]] })).rows);
    expect(row).toMatchObject({ RemoteHost: '', RemoteHostSource: 'address', Service: 'Telegram' });
  });
});

test('a sensor outside of address translation is not joined by guess, and the report says so', async () => {
  const own = event({ LocalPort: 50_000 });
  const outside = flow({ LocalIP: '9.9.9.9', LocalPort: 61_000 });
  const { rows, report } = await fused({ events: [[own]], flows: [[outside, flow({ LocalIP: '10.0.0.9' })]] });
  expect(rowOf(rows, outside)).toMatchObject({ Fusion: 'flow', DeviceName: '9.9.9.9' });
  expect(rowOf(rows, own)).toMatchObject({ Fusion: 'endpoint', BytesSent: null });
  expect(report.notes.join(' ')).toContain('1 of the connections came from public addresses that no device is known');
});

describe('rows that are no connections', () => {
  test('are kept and not counted', async () => {
    const events = [
      event({ ActionType: 'SslConnectionInspected', InitiatingProcessFileName: '' }),
      event({ ActionType: 'ListeningConnectionCreated', RemoteIP: '', RemotePort: null }),
    ];
    const { rows, report } = await fused({ events: [events], flows: [[flow()]] });
    expect(rows).toHaveLength(3);
    expect(report).toMatchObject({ connections: 1, fused: 0, flowOnly: 1, endpointOnly: 0 });
  });

  test('that came in finished and name no service are told by the catalogue, the others are left', async () => {
    const row = { Fusion: 'fused', Timestamp: at('10:00:00'), EvidenceTime: at('10:00:00'), DeviceName: 'ws-1' };
    const finished = [
      { ...row, EventId: 'a', RemoteHost: 'g.api.mega.co.nz', RemoteIP: '31.216.145.5' },
      { ...row, EventId: 'b', RemoteIP: '::ffff:149.154.167.99' },
      { ...row, EventId: 'c', RemoteHost: 'g.api.mega.co.nz', Service: 'ours', RemoteIPType: 'Private' },
      { ...row, EventId: 'd', RemoteHost: 'www.example.com' },
    ];
    const { rows } = await fused({ finished: [finished] });
    const told = rows.map((row) =>
      ['Service', 'ServiceCategory', 'RegistrableDomain', 'RemoteHostSource', 'RemoteIPType'].map((name) => row[name]),
    );
    expect(told).toEqual([
      ['MEGA', 'file-sharing', 'mega.co.nz', '', 'Public'],
      ['Telegram', 'messaging', '', 'address', 'Public'],
      ['ours', '', 'mega.co.nz', '', 'Private'],
      ['', '', 'example.com', '', ''],
    ]);
  });

  test('that came in finished stay as they are, and their flows and events are not taken again', async () => {
    const [own, seen] = [event(), flow()];
    const finished = {
      EventId: seen.EventId as string,
      EndpointEventId: own.EventId as string,
      Timestamp: at('10:00:00'),
      ActionType: 'ConnectionSuccess',
      Fusion: 'fused',
    };
    const { rows, report } = await fused({ events: [[own]], flows: [[seen]], finished: [[finished]] });
    expect(only(rows)).toMatchObject({ Fusion: 'fused', BytesSent: null });
    expect(report.gaps).toContainEqual({ lacks: 'bytes', why: 'the row came in finished, without it', count: 1 });
  });

  test('that a finished row is made of tell who held an address', async () => {
    const [own, seen] = [event(), flow({ RemoteIP: '203.0.113.77', LocalPort: 50_123, FlowStart: at('10:05:00') })];
    const finished = { EventId: 'row:1', EndpointEventId: own.EventId as string, Timestamp: at('10:00:00') };
    const { rows } = await fused({ events: [[own]], flows: [[seen]], finished: [[finished]] });
    expect(rowOf(rows, seen)).toMatchObject({ DeviceName: 'ws-1', Fusion: 'flow' });
  });
});
