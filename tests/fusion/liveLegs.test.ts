import { expect, test } from 'vitest';
import { deviceNetworkEvents, networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { at, flow, name } from './fused.ts';
import { batched, Living, type Told } from './living.ts';

const host = 'a.example.com';
const listens = name({
  Kind: 'proxy',
  Host: 'b.example.com',
  ServerIP: '10.0.0.80',
  ServerPort: 3128,
  Timestamp: at('00:30:00'),
});

/** A proxy's own record of what it sent for a client. */
function record(FlowStart: string, BytesSent: number): Told[] {
  const own = flow({
    LocalPort: null,
    RemoteIP: '',
    BytesSent,
    FlowStart,
    FlowEnd: FlowStart,
    BytesSource: 'squid-http',
  });
  const said = name({
    Kind: 'proxy',
    FlowId: own.FlowId as string,
    Host: host,
    ClientIP: '10.0.0.5',
    Timestamp: FlowStart,
  });
  return [
    [networkFlows, own],
    [observedNames, said],
  ];
}

test('what a proxy’s leg of many hours may carry is what all of its clients sent meanwhile, live as in batch', () =>
  Living.with(async (living) => {
    const leg = flow({
      LocalIP: '10.0.0.80',
      BytesSent: 9_000_000,
      FlowStart: at('01:00:01'),
      FlowEnd: at('22:00:00'),
    });
    const told: Told[] = [
      [observedNames, listens],
      [networkFlows, leg],
      [observedNames, name({ FlowId: leg.FlowId as string, Host: host })],
      ...record(at('01:00:00'), 1000),
    ];
    const rule = async () =>
      (await living.tables())[deviceNetworkEvents.name]?.find(({ EventId }) => EventId === leg.EventId)?.FusionRule;
    const put = async (rows: readonly Told[]) => {
      await living.put(rows);
      await living.pass();
      await living.settle();
    };
    await put(told);
    expect(await rule()).toBe('');
    const later = record(at('19:00:00'), 8_500_000);
    await put(later);
    expect(await rule()).toBe('proxy-outer-leg');
    // A span around its begin is settled again, far from what was sent later.
    const besides: Told[] = [[networkFlows, flow({ LocalPort: 7, FlowStart: at('01:30:00') })]];
    await put(besides);
    expect(await living.tables()).toEqual(await batched([...told, ...later, ...besides]));
    expect(await rule()).toBe('proxy-outer-leg');
  }));

test('what its legs carry together while one client holds its connection is held to what that sent, live as in batch', () =>
  Living.with(async (living) => {
    const client = flow({ RemoteIP: '10.0.0.80', RemotePort: 3128, Direction: 'internal', BytesSent: 10_000_000 });
    const lasting = { ...client, FlowStart: at('01:00:00'), Timestamp: at('01:00:00'), FlowEnd: at('21:00:00') };
    const asked = name({ Kind: 'proxy', FlowId: client.FlowId as string, Host: host, Timestamp: at('01:00:00') });
    const leg = (time: string): Told[] => {
      const own = flow({ LocalIP: '10.0.0.80', BytesSent: 9_000_000, FlowStart: at(time), FlowEnd: at(time) });
      return [
        [networkFlows, own],
        [observedNames, name({ FlowId: own.FlowId as string, Host: host })],
      ];
    };
    const told: Told[] = [];
    const put = async (...rows: readonly Told[]) => {
      told.push(...rows);
      await living.put(rows);
      await living.pass();
      await living.settle();
      const tables = await living.tables();
      expect(tables).toEqual(await batched(told));
      const legs = tables[deviceNetworkEvents.name]?.filter(({ LocalIP }) => LocalIP === '10.0.0.80') ?? [];
      return legs.toSorted((a, b) => Number(a.Timestamp) - Number(b.Timestamp)).map(({ FusionRule }) => FusionRule);
    };
    const late = leg('19:00:00');
    const listening: Told = [observedNames, listens];
    expect(await put(listening, [networkFlows, lasting], [observedNames, asked], ...late)).toEqual(['proxy-outer-leg']);
    expect(await put(...leg('02:00:00'))).toEqual(['proxy-outer-leg', '']);
    expect(await put([networkFlows, flow({ LocalPort: 7, FlowStart: at('19:30:00') })])).toEqual([
      'proxy-outer-leg',
      '',
    ]);
  }));

test.each([
  ['a proxy’s own record', 'squid:0123456789abcdef0123456789abcdef#1', 'proxy-outer-leg'],
  ['a sensor that saw a CONNECT', 'CHhAvVGS1DHFjwGM9', 'proxy-outer-leg'],
  ['another', '1828397723345934', 'proxy-outer-leg'],
  ['an endpoint that saw one', '', 'proxy-outer-leg'],
  ['a firewall’s session, as a lake of before has it,', '48812@10.0.0.5:50000', ''],
  ['one without a number', '0123456789abcdef0123456789abcdef', ''],
])('%s says whether a proxy listens there, live as in batch', (_, FlowId, rule) =>
  Living.with(async (living) => {
    const leg = flow({ LocalIP: '10.0.0.80', BytesSent: 1000, FlowStart: at('01:00:01'), FlowEnd: at('01:00:02') });
    const told: Told[] = [
      [observedNames, { ...listens, FlowId }],
      [networkFlows, leg],
      [observedNames, name({ FlowId: leg.FlowId as string, Host: host })],
      ...record(at('01:00:00'), 1000),
    ];
    await living.put(told);
    await living.pass();
    await living.settle();
    const lived = await living.tables();
    expect(lived[deviceNetworkEvents.name]?.find(({ EventId }) => EventId === leg.EventId)?.FusionRule).toBe(rule);
    expect(lived).toEqual(await batched(told));
  }),
);
