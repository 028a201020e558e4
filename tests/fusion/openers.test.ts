import { expect, test } from 'vitest';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { deviceNetworkEvents, endpointConnections, networkFlows } from '../../packages/weir/src/tables/index.ts';
import { at, event, flow, fused, rowOf } from './fused.ts';
import { batched, Living, type Told } from './living.ts';

const session = { Protocol: 'udp', RemoteIP: '45.77.8.8', RemotePort: 51_820, LocalPort: 50_123 };
const opened = flow({ ...session, FlowStart: at('09:54:00'), FlowEnd: at('09:55:00') });
/** What Zeek writes of it after a minute of silence, where the server speaks first. */
const again = flow({
  ...session,
  Direction: 'inbound',
  FlowStart: at('10:00:00'),
  FlowEnd: at('15:00:00'),
  BytesSent: 500_000_000,
});
const begun = event({ ...session, Protocol: 'Udp', Timestamp: at('09:54:00') });

test('a session that is met again by the server’s packet is still the one that our side opened', async () => {
  const { rows } = await fused({ flows: [[opened, again]] });
  expect(rowOf(rows, again)).toMatchObject({ ActionType: 'ConnectionSuccess', BytesSent: 500_000_000n });
  const known = await fused({ events: [[begun]], flows: [[opened, again]] });
  expect(rowOf(known.rows, again)).toMatchObject({
    ActionType: 'ConnectionSuccess',
    FusionRule: 'continued',
    InitiatingProcessFileName: 'rclone.exe',
  });
});

/** A session's records: who spoke first in each, and when. */
const records = (told: readonly (readonly ['we' | 'they', string])[], facts: InlineRow = {}) =>
  told.map(([who, FlowStart]) =>
    flow({ ...session, ...facts, FlowStart, FlowEnd: FlowStart, Direction: who === 'we' ? 'outbound' : 'inbound' }),
  );
const actions = async (told: readonly InlineRow[]) => {
  const { rows } = await fused({ flows: [[...told]] });
  return told.map((record) => (rowOf(rows, record).ActionType === 'ConnectionSuccess' ? 'we' : 'they'));
};

test('it is for as long as its silences are short, also where the server speaks first in every record', async () => {
  const hours = ['00', '01', '03', '05', '07', '09'].map((hour) => ['they', at(`${hour}:00:00`)] as const);
  const told = records([['they', at('00:00:00')], ['we', at('00:30:00')], ...hours.slice(1), ['they', at('11:00:01')]]);
  expect(await actions(told)).toEqual(['they', 'we', 'we', 'we', 'we', 'we', 'we', 'they']);
});

test('who opened a session tells of a day, from its last record on', async () => {
  const every = (days: number) =>
    Array.from({ length: days * 12 }, (_, n) => new Date(Date.parse(at('00:00:00')) + (n + 1) * 7_200_000));
  const told = records([['we', at('00:00:00')], ...every(2).map((date) => ['they', date.toISOString()] as const)]);
  expect((await actions(told)).filter((who) => who === 'we')).toHaveLength(13);
  const lasting = records([
    ['we', '2026-03-10T00:00:00Z'],
    ['they', at('10:00:00')],
  ]);
  expect(await actions(lasting.map((row, n) => (n === 0 ? { ...row, FlowEnd: at('09:00:00') } : row)))).toEqual([
    'we',
    'we',
  ]);
});

test('what our side sends from a low port stays its own, however long the session lasts', async () => {
  const every = Array.from({ length: 20 }, (_, n) => new Date(Date.parse(at('00:00:00')) + (n + 1) * 96 * 60_000));
  const told = records(
    [['we', at('00:00:00')], ...every.map((date, n) => [n % 2 === 0 ? 'they' : 'we', date.toISOString()] as const)],
    { LocalPort: 123, RemotePort: 4_444 },
  );
  expect((await actions(told)).filter((who, n) => told[n]?.Direction === 'outbound' && who === 'they')).toEqual([]);
});

test('a session of a server of ours stays the peer’s where that spoke first, whoever does in what follows', async () => {
  const served = { LocalPort: 443, RemotePort: 50_123 };
  const told = (first: 'we' | 'they') =>
    records(
      [
        [first, at('10:00:00')],
        ['we', at('10:10:00')],
        ['they', at('10:20:00')],
        ['we', at('11:20:00')],
      ],
      served,
    );
  expect(await actions(told('they'))).toEqual(['they', 'they', 'they', 'they']);
  expect(await actions(told('we'))).toEqual(['we', 'we', 'we', 'we']);
  const scanned = told('they').map((row, n) => (n === 0 ? { ...row, Outcome: 'failed' } : row));
  expect((await actions(scanned)).slice(1)).toEqual(['we', 'we', 'we']);
  expect(
    await actions(
      records(
        [
          ['they', at('10:00:00')],
          ['we', at('13:00:00')],
        ],
        served,
      ),
    ),
  ).toEqual(['they', 'we']);
});

test.each([
  ['no record came before', []],
  ['that record is of hours before', [{ ...opened, FlowStart: at('07:00:00'), FlowEnd: at('07:59:59') }]],
  ['that record came later', [{ ...opened, FlowStart: at('10:00:01') }]],
  ['the peer opened that too', [{ ...opened, Direction: 'inbound' }]],
  ['that record has another port', [{ ...opened, LocalPort: 50_124 }]],
])('what the peer spoke first in is the peer’s where %s', async (_, others) => {
  const { rows } = await fused({ flows: [[...others, again]] });
  expect(rowOf(rows, again)).toMatchObject({ ActionType: 'InboundConnectionAccepted' });
});

test('where a handshake was seen, it says who opened the connection', async () => {
  const tcp = { Protocol: 'tcp' };
  const { rows } = await fused({
    flows: [
      [
        { ...opened, ...tcp },
        { ...again, ...tcp },
      ],
    ],
  });
  expect(rowOf(rows, again)).toMatchObject({ ActionType: 'InboundConnectionAccepted' });
  const met = { ...again, ...tcp, State: 'OTH', Outcome: 'unknown' };
  const under = await fused({ flows: [[{ ...opened, ...tcp }, met]] });
  expect(rowOf(under.rows, again)).toMatchObject({ ActionType: 'ConnectionSuccess' });
});

test('a session of many hours is told so when the record that opened it comes last, live as in batch', () =>
  Living.with(async (living) => {
    const early = { ...opened, FlowStart: at('08:00:00'), FlowEnd: at('08:10:00') };
    const told: Told[] = [
      [networkFlows, again],
      [endpointConnections, { ...begun, Timestamp: at('08:00:00') }],
      [networkFlows, early],
    ];
    for (const row of told) {
      await living.put([row]);
      await living.pass();
      await living.settle();
    }
    const tables = await living.tables();
    expect(tables).toEqual(await batched(told));
    const row = tables[deviceNetworkEvents.name]?.find(({ EventId }) => EventId === again.EventId);
    expect(row).toMatchObject({ ActionType: 'ConnectionSuccess', FusionRule: 'continued' });
  }));

test.each([
  ['its opener', 0],
  ['what lies between two silences', 4],
])('a session of half a day is told so when %s comes last, live as in batch', (_, late) =>
  Living.with(async (living) => {
    const hours = ['02', '04', '06', '08', '10', '12', '14'].map((hour) => ['they', at(`${hour}:00:00`)] as const);
    const flows = records([['we', at('00:00:00')], ...hours]);
    const besides = flow({ ...session, FlowStart: at('14:30:00'), LocalPort: 7 });
    const told: Told[] = [];
    const put = async (...rows: readonly InlineRow[]) => {
      const more = rows.map((row): Told => [networkFlows, row]);
      told.push(...more);
      await living.put(more);
      await living.pass();
      await living.settle();
      const tables = await living.tables();
      expect(tables).toEqual(await batched(told));
      return tables[deviceNetworkEvents.name]?.find(({ EventId }) => EventId === flows.at(-1)?.EventId)?.ActionType;
    };
    expect(await put(...flows.filter((_, n) => n !== late))).toBe('InboundConnectionAccepted');
    expect(await put(flows[late] as InlineRow)).toBe('ConnectionSuccess');
    // A span around its end is settled again, far from where it began.
    expect(await put(besides)).toBe('ConnectionSuccess');
  }),
);
