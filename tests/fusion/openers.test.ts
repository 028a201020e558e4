import { expect, test } from 'vitest';
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
