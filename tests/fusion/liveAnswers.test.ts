import { expect, test } from 'vitest';
import { deviceNetworkEvents, networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { at, flow, name } from './fused.ts';
import { batched, Living, type Told } from './living.ts';

test.each([
  [null, ['a.example.com', '', '']],
  [36_000, ['a.example.com', 'a.example.com', '']],
])('an answer that holds for %s seconds and comes late names what it names in batch', (TtlSeconds, hosts) =>
  Living.with(async (living) => {
    const flows = ['02:04:00', '12:03:00', '20:00:00'].map((time, n) =>
      flow({ FlowStart: at(time), LocalPort: 50_000 + n }),
    );
    const answer = name({
      ...{ Kind: 'dns', ClientIP: '10.0.0.5', ServerIP: '203.0.113.10', Host: 'a.example.com', TtlSeconds },
      Timestamp: at('02:00:00'),
    });
    const told: Told[] = flows.map((seen) => [networkFlows, seen]);
    for (const rows of [told, [[observedNames, answer] as const]]) {
      await living.put(rows);
      await living.pass();
      await living.settle();
    }
    const tables = await living.tables();
    expect(tables).toEqual(await batched([...told, [observedNames, answer]]));
    expect(
      flows.map(({ EventId }) => tables[deviceNetworkEvents.name]?.find((row) => row.EventId === EventId)?.RemoteHost),
    ).toEqual(hosts);
  }),
);
