import { beforeAll, describe, expect, test } from 'vitest';
import type { InlineRow as Row } from '../../packages/weir/src/detect/inlineRows.ts';
import { at, event, type FusedRow, flow, frames, fused, name, only, part, rowOf } from './fused.ts';

/** One world: each connection of it has a port of its own. Its sensors' clocks agree to the second. */
const exact = [flow(), frames({ BytesSent: 5000, BytesReceived: 9000, FlowStart: at('10:00:01') })] as const;
const estimates = [
  part({ LocalPort: 1, RemoteIP: '203.0.113.77', BytesSent: 50, BytesReceived: 40 }),
  frames({ LocalPort: 1, RemoteIP: '203.0.113.77', BytesSent: 70, BytesReceived: 30 }),
] as const;
const turned = [
  flow({ LocalPort: 2, BytesSent: null, BytesReceived: null, BytesSource: '', Outcome: 'unknown', State: 'OTH' }),
  frames({
    LocalIP: '203.0.113.10',
    LocalPort: 443,
    RemoteIP: '::ffff:10.0.0.5',
    RemotePort: 2,
    Direction: 'inbound',
    BytesSent: 30,
    BytesReceived: 70,
    AccountName: 'c.lund',
  }),
] as const;
const later = [flow({ LocalPort: 3 }), frames({ LocalPort: 3, FlowStart: at('10:02:00') })] as const;
const unnamed = [
  flow({ LocalPort: 4, FlowEnd: at('10:00:10'), BytesSent: 900 }),
  flow({ LocalPort: 4, FlowStart: at('10:00:00.013'), FlowEnd: at('10:00:10'), BytesSent: 1000 }),
] as const;
const long = [
  flow({ LocalPort: 5, FlowEnd: at('10:05:00'), BytesSent: 10 }),
  flow({ LocalPort: 5, FlowStart: at('10:10:00'), FlowEnd: at('10:20:00'), BytesSent: 20 }),
  frames({ LocalPort: 5, FlowEnd: at('10:20:00'), BytesSent: 35 }),
] as const;
const denied = [
  flow({ LocalPort: 6, Outcome: 'failed', State: 'S0', BytesSent: 0, BytesReceived: 0, BytesSource: '' }),
  frames({ LocalPort: 6, Outcome: 'failed', BytesSent: 60 }),
] as const;
const three = [
  frames({ LocalPort: 7, BytesSent: 10 }),
  frames({ LocalPort: 7, Sensor: 'core', BytesSent: 12 }),
  part({ LocalPort: 7, BytesSent: 11 }),
] as const;
const atTwoSites = [frames({ LocalPort: 8, Site: 'north' }), flow({ LocalPort: 8, Site: 'south' })] as const;
const byMinute = [
  flow({ LocalPort: 9, FlowStart: at('10:00:40'), FlowEnd: at('10:00:41') }),
  part({ LocalPort: 9, FlowStart: at('10:00:00'), FlowEnd: at('10:00:00'), BytesSent: 2000 }),
] as const;
const unclear = [
  flow({ LocalPort: 10, FlowStart: at('10:00:00') }),
  flow({ LocalPort: 10, FlowStart: at('10:00:04') }),
  frames({ LocalPort: 10, FlowStart: at('10:00:02') }),
] as const;
const own = event({ LocalPort: 1, RemoteIP: '203.0.113.77', Timestamp: at('10:00:00.2') });

let rows: FusedRow[];
beforeAll(async () => {
  const flows = [exact, estimates, turned, later, unnamed, long, denied, three, atTwoSites, byMinute, unclear];
  const names = [name({ FlowId: exact[1].FlowId as string, Sensor: 'edge', Host: 'seen.example.com' })];
  ({ rows } = await fused({ flows: [flows.flat()], events: [[own]], names: [names] }));
}, 60_000);

const others = (row: FusedRow) => JSON.parse(String(row.OtherFlows));
const told = ({ EventId, BytesSource, BytesSent, BytesReceived }: Row) => ({
  id: EventId,
  source: BytesSource,
  sent: BytesSent,
  received: BytesReceived,
});

describe('a connection that two sensors saw', () => {
  test('is one row with Zeek’s payload, the names of both and what the other told', () => {
    const row = rowOf(rows, exact[0]);
    expect(row).toMatchObject({
      BytesSent: 1000n,
      BytesReceived: 200n,
      BytesSource: 'zeek-payload',
      RemoteHost: 'seen.example.com',
    });
    expect(others(row)).toEqual([told(exact[1])]);
  });

  test('has the larger of two estimates, of each side, and never their sum', () => {
    const row = only(rows.filter(({ LocalPort }) => LocalPort === 1));
    expect(row).toMatchObject({
      EventId: estimates[1].EventId,
      BytesSent: 70n,
      BytesReceived: 40n,
      BytesSource: 'suricata-frame+vpc-ip',
      EndpointEventId: own.EventId,
    });
    expect(others(row)).toEqual([told(estimates[1]), told(estimates[0])]);
  });

  test('in the other orientation has its bytes turned, and knows what either knows', () => {
    expect(rowOf(rows, turned[0])).toMatchObject({
      BytesSent: 70n,
      BytesReceived: 30n,
      BytesSource: 'suricata-frame',
      AccountName: 'c.lund',
      ActionType: 'ConnectionSuccess',
      LocalIP: '10.0.0.5',
    });
    expect(others(rowOf(rows, turned[0]))).toEqual([{ ...told(turned[1]), sent: 70, received: 30 }]);
  });

  test('is not joined with the next one of the same ports', () => {
    for (const seen of later) expect(rowOf(rows, seen).OtherFlows).toBe(null);
  });

  test('is one row where both write Zeek’s log and neither says who it is', () => {
    expect(only(rows.filter(({ LocalPort }) => LocalPort === 4))).toMatchObject({ BytesSent: 1000n });
  });

  test('of whom one told it in two rows keeps the two, and the bytes of the one that covers both count for neither', () => {
    const mine = rows.filter(({ LocalPort }) => LocalPort === 5);
    expect(mine.map(({ BytesSent }) => BytesSent)).toEqual([10n, 20n]);
    expect(mine.flatMap((row) => (row.OtherFlows === null ? [] : others(row)))).toEqual([told(long[2])]);
  });

  test('failed for both and carried nothing', () => {
    expect(rowOf(rows, denied[0])).toMatchObject({ ActionType: 'ConnectionFailed', BytesSent: 0n });
  });

  test('is one row of three as well', () => {
    const row = only(rows.filter(({ LocalPort }) => LocalPort === 7));
    expect(row).toMatchObject({ BytesSent: 12n, BytesSource: 'suricata-frame' });
    expect(
      others(row)
        .map(({ sent }: { sent: number }) => sent)
        .sort(),
    ).toEqual([10, 11, 12]);
  });

  test('at another site is another one', () => {
    for (const seen of atTwoSites) expect(rowOf(rows, seen).OtherFlows).toBe(null);
  });

  test('of whom one rounds its times to minutes is found by the minute', () => {
    expect(rowOf(rows, byMinute[0])).toMatchObject({ BytesSent: 1000n });
    expect(others(rowOf(rows, byMinute[0]))).toHaveLength(1);
  });

  test('stays apart where two connections are equally near', () => {
    for (const seen of unclear) expect(rowOf(rows, seen).OtherFlows).toBe(null);
  });
});

test('a sensor’s clock that is hours off is found from the connections, and the flows joined', async () => {
  const mine = [1, 2, 3, 4].map((n) => flow({ LocalPort: n, FlowStart: at(`10:0${n}:00`) }));
  const theirs = [1, 2, 3, 4].map((n) => frames({ LocalPort: n, FlowStart: at(`12:0${n}:00.${n}`) }));
  const { rows, report } = await fused({ flows: [[...mine, ...theirs]] });
  expect(rows).toHaveLength(4);
  expect(report.notes.join(' ')).toContain('The clock of the sensor edge suricata was 2 h ahead');
  expect(report.notes.join(' ')).toContain('Several sensors saw 4 of the connections');
});

test('what several sensors tell every minute of the same ends is each time one connection', async () => {
  const seconds = (n: number) => new Date(Date.parse(at('01:00:00')) + n * 1000).toISOString();
  const told = (Sensor: string, late: number) =>
    Array.from({ length: 100 }, (_, n) =>
      frames({ Sensor, FlowStart: seconds(45 * n + late), FlowEnd: seconds(45 * n + late + 10), BytesSent: n }),
    );
  const [edge, core] = [told('edge', 0), told('core', 1)];
  const { rows } = await fused({ flows: [[...edge, ...core]] });
  expect(rows).toHaveLength(100);
  for (const row of rows) expect(JSON.parse(String(row.OtherFlows))).toMatchObject([{ sent: Number(row.BytesSent) }]);
  const long = flow({ FlowStart: seconds(45 * 50), FlowEnd: seconds(45 * 60 + 10) });
  const whole = await fused({ flows: [[...edge, ...core, long]] });
  expect(whole.rows).toHaveLength(90);
  expect(JSON.parse(String(rowOf(whole.rows, long).OtherFlows))).toHaveLength(22);
});

test('flows that a finished row counts as others are not taken again', async () => {
  const finished = {
    EventId: exact[0].EventId as string,
    Timestamp: at('10:00:00'),
    Fusion: 'flow',
    OtherFlows: [{ id: exact[1].EventId as string }],
  };
  expect((await fused({ flows: [[...exact]], finished: [[finished]] })).rows).toHaveLength(1);
});
