import { describe, expect, test } from 'vitest';
import { inventoryAdvice } from '../../packages/weir/src/inventory/advice.ts';
import { flow, name } from '../fusion/fused.ts';
import { type World, withWorld } from './world.ts';

const advice = (world: World, inventory: string | null = null, suspects: readonly string[] = []) =>
  withWorld(world, inventory, (lake, known) => inventoryAdvice(lake.engine, known, new Set(suspects)));

// NAT64 addresses of documentation networks, which are hosts of the internet.
const [first, second, far] = ['64:ff9b::c000:201', '64:ff9b::c000:202', '64:ff9b::c633:6407'];
const ours = 'sites:\n  - { name: Northgate, networks: ["64:ff9b::c000:200/120"] }';

describe('what an inventory would improve', () => {
  test('nothing, where everything is inside out', async () => {
    expect(await advice({ flows: [flow({ RemoteIP: far }), flow({ RemoteIP: '10.0.0.9', RemotePort: 445 })] })).toEqual(
      [],
    );
  });

  test('public addresses that send, until they are named', async () => {
    const flows = [first, second, second].map((LocalIP, index) =>
      flow({ LocalIP, RemoteIP: far, LocalPort: 1024 + index }),
    );
    expect(await advice({ flows })).toEqual([
      `Inventory: 2 public addresses send as if they were ours (${second}, ${first}); with your public networks under sites, Weir knows which side is yours.`,
    ]);
    expect(await advice({ flows }, ours)).toEqual([]);
    const foreign = [flow({ LocalIP: far, RemoteIP: first })];
    expect(await advice({ flows: foreign })).toMatchObject([
      expect.stringContaining(`1 public address sends as if it were ours (${far})`),
    ]);
    expect(await advice({ flows: foreign }, ours)).toEqual([]);
  });

  test('hosts that behave as proxies, by the names behind them or by their port', async () => {
    const asked = ['a.example', 'b.example.com', 'c.example.net', 'd.example.org', 'e.test'];
    const flows = asked.map((_, index) => flow({ RemoteIP: '10.0.0.8', RemotePort: 8080, LocalPort: 2000 + index }));
    const names = flows.map(({ FlowId = '' }, index) => name({ FlowId, Host: asked[index] ?? '' }));
    const squid = ['10.0.0.1', '10.0.0.2'].map((LocalIP) => flow({ LocalIP, RemoteIP: '10.0.0.9', RemotePort: 3128 }));
    const world = { flows: [...flows, ...squid], names };
    expect(await advice(world)).toEqual([
      'Inventory: 2 inside addresses take connections as a proxy does (10.0.0.8 port 8080, 10.0.0.9 port 3128); name them under proxies, so that what passes through counts once.',
    ]);
    expect(
      await advice(world, 'proxies: [{ address: 10.0.0.8, port: 8080 }, { address: 10.0.0.9, port: 3128 }]'),
    ).toEqual([]);
    expect(await advice({ flows: [...flows.slice(0, 4), ...squid.slice(0, 1)], names })).toEqual([]);
  });

  test('an address that sends on what others send to the same end at the same moment', async () => {
    const flows = ['10.0.0.1', '10.0.0.1', '10.0.0.2'].flatMap((LocalIP, index) => {
      const sent = { BytesSent: 100_000 + index, FlowStart: `2026-03-12T10:0${index}:00Z`, LocalPort: 2000 + index };
      return [flow({ ...sent, LocalIP }), flow({ ...sent, LocalIP: '10.0.9.9' })];
    });
    expect(await advice({ flows })).toEqual([
      'Inventory: 1 address sends on what others send, as a translator of addresses does (10.0.9.9); name it under translators, so that what passes through counts once.',
    ]);
    expect(await advice({ flows }, 'translators: [{ address: 10.0.9.9 }]')).toEqual([]);
    expect(await advice({ flows: flows.slice(0, 4) })).toEqual([]);
  });

  test('services that several devices upload to', async () => {
    const flows = ['10.0.0.1', '10.0.0.2'].map((LocalIP) => flow({ LocalIP, BytesSent: 6 * 1024 * 1024 }));
    const names = flows.map(({ FlowId = '' }) => name({ FlowId, Host: 'content.dropboxapi.com' }));
    expect(await advice({ flows, names })).toEqual([
      'Inventory: several devices upload to a service that you may have sanctioned (Dropbox); name what you allow under services, for queries to tell it from the rest.',
    ]);
    expect(await advice({ flows, names }, 'services: [{ service: Dropbox }]')).toEqual([]);
    expect(await advice({ flows: flows.slice(0, 1), names })).toEqual([]);
    expect(await advice({ flows, names }, null, ['Dropbox'])).toEqual([]);
  });
});
