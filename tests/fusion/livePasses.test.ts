import { describe, expect, test } from 'vitest';
import {
  deviceNetworkEvents,
  endpointConnections,
  networkFlows,
  observedNames,
} from '../../packages/weir/src/tables/index.ts';
import { at, event, flow, name, only, rowOf } from './fused.ts';
import { batched, Living, type Row, type Told } from './living.ts';

async function connections(living: Living): Promise<Row[]> {
  return (await living.tables())[deviceNetworkEvents.name] ?? [];
}

/** Puts rows, passes, and gives the connections that there are then. */
async function come(living: Living, ...rows: readonly Told[]): Promise<Row[]> {
  await living.put(rows);
  await living.pass();
  return connections(living);
}

describe('a pass', () => {
  test('shows a row at once, and the better one in its place when its partner comes', () =>
    Living.with(async (living) => {
      const told = event();
      expect(only(await come(living, [endpointConnections, told]))).toMatchObject({
        Fusion: 'endpoint',
        EventId: told.EventId,
        BytesSent: null,
      });
      const seen = flow();
      expect(only(await come(living, [networkFlows, seen]))).toMatchObject({
        Fusion: 'fused',
        EventId: seen.EventId,
        EndpointEventId: told.EventId,
        BytesSent: 1000n,
      });
      const said = name({ FlowId: seen.FlowId ?? '', Host: 'a.example.com' });
      expect(only(await come(living, [observedNames, said]))).toMatchObject({
        Fusion: 'fused',
        RemoteHost: 'a.example.com',
      });
    }));

  test('takes a session that was looked into for its connection until a row of that comes', () =>
    Living.with(async (living) => {
      const AdditionalFields = { direction: 'Out', server_name: 'a.example.com' };
      const look = event({ ActionType: 'SslConnectionInspected', AdditionalFields, InitiatingProcessFileName: '' });
      expect(only(await come(living, [endpointConnections, look]))).toMatchObject({ ActionType: 'ConnectionFound' });
      const repeated = event({ LocalPort: 49_000, Timestamp: at('09:30:00') });
      expect(await come(living, [endpointConnections, repeated])).toHaveLength(2);
      await living.settle();
      expect(await connections(living)).toEqual(
        (await batched([look, repeated].map((row) => [endpointConnections, row])))[deviceNetworkEvents.name],
      );
      const actions = (await connections(living)).map(({ ActionType }) => ActionType);
      expect(actions.sort()).toEqual(['ConnectionSuccess', 'SslConnectionInspected']);
    }));

  test('keeps what a connection of many hours is known by, when others of its addresses come', () =>
    Living.with(async (living) => {
      const long = flow({ FlowStart: at('01:00:00'), FlowEnd: at('20:00:00') });
      const begun = event({ Timestamp: at('01:00:00') });
      await come(living, [endpointConnections, begun], [networkFlows, long]);
      const other = flow({ FlowStart: at('15:00:00'), LocalPort: 50_001 });
      const rows = await come(living, [networkFlows, other]);
      expect(rows.map(({ EventId, EndpointEventId }) => [EventId, EndpointEventId])).toEqual(
        expect.arrayContaining([[long.EventId, begun.EventId]]),
      );
      expect(rows).toHaveLength(2);
    }));

  test('names a connection by an answer that holds for hours', () =>
    Living.with(async (living) => {
      const answer = {
        Kind: 'dns',
        Host: 'b.example.com',
        ClientIP: '10.0.0.5',
        ServerIP: '203.0.113.10',
        TtlSeconds: 40_000,
      };
      await come(living, [observedNames, name({ ...answer, Timestamp: at('02:00:00') })]);
      const [row] = await come(living, [networkFlows, flow({ FlowStart: at('12:00:00') })]);
      expect(row).toMatchObject({ RemoteHost: 'b.example.com', RemoteHostSource: 'dns' });
    }));

  test('knows who has an address for hours, and believes nobody who has not shown it for a day', () =>
    Living.with(async (living) => {
      await come(living, [endpointConnections, event({ Timestamp: '2026-03-11T10:00:01Z', RemoteIP: '203.0.113.77' })]);
      const [seen, later] = [flow(), flow({ FlowStart: at('10:00:02'), LocalPort: 50_001 })] as const;
      const rows = await come(living, [networkFlows, seen], [networkFlows, later]);
      expect(rowOf(rows, seen)).toMatchObject({ Fusion: 'flow', DeviceName: 'ws-1' });
      expect(rowOf(rows, later)).toMatchObject({ Fusion: 'flow', DeviceName: '10.0.0.5' });
    }));

  test('that may read little joins what is near in time, and leaves what else there is as it was', () =>
    Living.with(
      async (living) => {
        const others = Array.from({ length: 20 }, (_, n) =>
          event({ LocalPort: 40_000 + n, Timestamp: at('09:00:00') }),
        );
        await come(living, ...others.map((row) => [endpointConnections, row] as const));
        const [told, seen] = [event(), flow()];
        const rows = await come(living, [endpointConnections, told], [networkFlows, seen]);
        expect(rows.filter(({ Fusion }) => Fusion === 'fused').map(({ EventId }) => EventId)).toEqual([seen.EventId]);
        expect(rows).toHaveLength(21);
      },
      { passed: 5, read: 10, settled: 10_000 },
    ));

  test.each([
    ['its flow', { EventId: 'zeek:one' }],
    ['its event', { EventId: 'row:1', EndpointEventId: 'mde:one' }],
    ['its flow, and does not know its address', { EventId: 'zeek:one', LocalIP: '' }],
  ])('makes a connection anew when a finished row comes late that is made of %s', (_, made) =>
    Living.with(async (living) => {
      const rows: Told[] = [
        [endpointConnections, event({ EventId: 'mde:one', RemoteUrl: 'https://a.example.com/' })],
        [networkFlows, flow({ EventId: 'zeek:one' })],
        [endpointConnections, event({ Timestamp: at('09:00:00'), RemoteIP: '203.0.113.77' })],
      ];
      expect((await come(living, ...rows)).map(({ Fusion }) => Fusion).sort()).toEqual(['endpoint', 'fused']);
      const finished: Told = [
        deviceNetworkEvents,
        {
          ...{ Timestamp: at('10:00:00'), ActionType: 'ConnectionSuccess', DeviceName: 'ws-1', Protocol: 'Tcp' },
          ...{ LocalIP: '10.0.0.5', LocalPort: 50_000, RemoteIP: '203.0.113.10', RemotePort: 443, Fusion: 'fused' },
          ...made,
        },
      ];
      await come(living, finished);
      expect(await living.tables()).toEqual(await batched([...rows, finished]));
    }),
  );

  test('takes no more commits at once than it may, and all in time', () =>
    Living.with(
      async (living) => {
        const seen = ['203.0.113.20', '203.0.113.21', '203.0.113.22'].map((RemoteIP) => flow({ RemoteIP }));
        for (const row of seen) await living.put([[networkFlows, row]]);
        for (let pass = 1; pass <= 3; pass++) {
          await living.pass();
          expect(await connections(living)).toHaveLength(pass);
        }
        expect(await living.pass()).toBeUndefined();
      },
      { passed: 1, read: 1_000_000, settled: 10_000 },
    ));

  test('does nothing where nothing came', () =>
    Living.with(async (living) => {
      await come(living, [networkFlows, flow()]);
      expect(await living.pass()).toBeUndefined();
    }));
});
