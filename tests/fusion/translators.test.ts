import { describe, expect, test } from 'vitest';
import { appendRows, type InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import type { Lake } from '../../packages/weir/src/lake/lake.ts';
import { deviceNetworkEvents, networkFlows } from '../../packages/weir/src/tables/index.ts';
import { inventoryOf, withWorld } from '../inventory/world.ts';
import { at, catalogue, event, flow, fused, part, rowOf } from './fused.ts';
import { batched, Living, type Told } from './living.ts';

const mebibyte = 2 ** 20;
const gateway = '10.1.0.220';
const inside = (facts: InlineRow = {}) => flow({ FlowEnd: at('10:20:00'), BytesSent: 900 * mebibyte, ...facts });
const sentOn = (facts: InlineRow = {}) =>
  inside({ LocalIP: gateway, LocalPort: 61_000, FlowStart: at('10:00:01'), ...facts });

const rulesOf = (rows: readonly { FusionRule: unknown; LocalIP: unknown }[]) =>
  rows.map(({ LocalIP, FusionRule }) => `${LocalIP} ${FusionRule}`).sort();

describe('what a translator’s own interface logs of a machine behind it', () => {
  const through = { ThroughIP: gateway };

  test('marks what it sends on as no other connection, whatever sensor’s row stays', async () => {
    const flows = [inside(through), sentOn(), part({ LocalIP: gateway, RemoteIP: '203.0.113.11' })];
    const { rows, report } = await fused({ flows: [flows] });
    expect(rulesOf(rows as never)).toEqual(['10.0.0.5 ', `${gateway} `, `${gateway} proxy-outer-leg`]);
    expect(report.notes.join(' ')).toContain('Translators of addresses made 1 of the connections');
    const logged = part({ ...through, FlowEnd: at('10:20:00'), Sensor: 'eni-nat', BytesSent: 900 * mebibyte });
    const several = await fused({ flows: [[inside(), logged, sentOn()]] });
    expect(rulesOf(several.rows as never)).toEqual(['10.0.0.5 ', `${gateway} proxy-outer-leg`]);
  });

  test.each([
    ['goes to another port', sentOn({ RemotePort: 8443 })],
    ['goes to another end', sentOn({ RemoteIP: '203.0.113.11' })],
    ['is of another time', sentOn({ FlowStart: at('10:20:03'), FlowEnd: at('10:21:00') })],
    ['carries far more', sentOn({ BytesSent: 1200 * mebibyte })],
    ['is another machine’s', sentOn({ LocalIP: '10.1.0.221' })],
  ])('marks nothing that %s', async (_, other) => {
    const { rows } = await fused({ flows: [[inside(through), other]] });
    expect(rowOf(rows, other).FusionRule).toBe('');
  });

  test('marks nothing that a program of the translator’s machine sent', async () => {
    const own = event({ LocalIP: gateway, LocalPort: 61_000, DeviceName: 'nat-1', InitiatingProcessFileName: 'curl' });
    const sent = sentOn();
    const { rows } = await fused({ events: [[own]], flows: [[inside(through), sent]] });
    expect(rowOf(rows, sent)).toMatchObject({ FusionRule: 'five-tuple', InitiatingProcessFileName: 'curl' });
  });
});

describe('a translator that the inventory names', () => {
  const named = 'translators:\n  - { address: 198.51.100.1 }\n';
  const outside = sentOn({ LocalIP: '198.51.100.1' });
  const rules = (flows: readonly InlineRow[], inventory: string | null) =>
    withWorld({ flows }, inventory, async ({ engine }: Lake) =>
      rulesOf(await engine.rows('SELECT "LocalIP", "FusionRule" FROM "DeviceNetworkEvents"')),
    );

  test('sends on what machines behind it send to the same end', async () => {
    expect(await rules([inside(), outside], named)).toEqual(['10.0.0.5 ', '198.51.100.1 proxy-outer-leg']);
    expect(await rules([inside(), outside], null)).toEqual(['10.0.0.5 ', '198.51.100.1 ']);
  });

  test('is no stranger to the report then', async () => {
    const flows = [inside({ LocalIP: '10.0.0.5' }), sentOn({ LocalIP: '9.9.9.9' })];
    const notes = async (inventory?: string) =>
      withScratchLake(async (lake) => {
        await appendRows(lake, networkFlows, flows);
        const report = await fuse(lake, { catalogue, ...(inventory && { inventory: await inventoryOf(inventory) }) });
        return report.notes.join(' ');
      });
    expect(await notes()).toContain('1 of the connections came from public addresses');
    expect(await notes()).toContain('With its addresses under translators of an inventory');
    expect(await notes('translators: [{ address: 9.9.9.9 }]')).not.toContain('came from public addresses');
  });

  test('and nothing that nobody behind it sends', async () => {
    const other = { ...outside, RemoteIP: '203.0.113.11' };
    expect(await rules([inside(), other], named)).toEqual(['10.0.0.5 ', '198.51.100.1 ']);
  });
});

test('what a translator sends on for many hours has its client’s connection, live as in batch', async () => {
  const by = { catalogue, inventory: await inventoryOf('translators:\n  - { address: 198.51.100.1 }\n') };
  await Living.with(async (living) => {
    living.restart(by);
    const lasting = { FlowEnd: at('22:00:00') };
    const leg = sentOn({ LocalIP: '198.51.100.1', FlowStart: at('01:00:01'), ...lasting });
    const behind = (FlowStart: string, share: number, LocalPort: number) =>
      inside({ FlowStart, FlowEnd: FlowStart, BytesSent: share * mebibyte, LocalPort });
    const told: Told[] = [];
    const put = async (...flows: readonly InlineRow[]) => {
      const rows = flows.map((row): Told => [networkFlows, row]);
      told.push(...rows);
      await living.put(rows);
      await living.pass();
      await living.settle();
      const tables = await living.tables();
      expect(tables).toEqual(await batched(told, by));
      return tables[deviceNetworkEvents.name]?.find(({ EventId }) => EventId === leg.EventId)?.FusionRule;
    };
    expect(await put(leg, behind(at('01:00:00'), 100, 1))).toBe('');
    expect(await put(behind(at('19:00:00'), 800, 2))).toBe('');
    expect(await put({ ...behind(at('01:00:00'), 900, 3), ...lasting })).toBe('proxy-outer-leg');
    expect(await put(flow({ LocalPort: 7, RemoteIP: '203.0.113.11', FlowStart: at('01:30:00') }))).toBe(
      'proxy-outer-leg',
    );
    // Of two that may be meant it is the one with its client's port, though that ended long ago.
    const other = { LocalIP: '198.51.100.1', LocalPort: 3, FlowStart: at('00:59:57'), FlowEnd: at('00:59:59') };
    expect(await put(sentOn(other))).toBe('');
    expect(await put(flow({ LocalPort: 8, RemoteIP: '203.0.113.11', FlowStart: at('19:30:00') }))).toBe('');
    const brief = { LocalIP: '10.0.0.9', FlowStart: at('00:59:57'), FlowEnd: at('00:59:57') };
    expect(await put(inside(brief))).toBe('proxy-outer-leg');
    expect(await put(flow({ LocalPort: 9, RemoteIP: '203.0.113.11', FlowStart: at('19:40:00') }))).toBe(
      'proxy-outer-leg',
    );
  });
});

describe('one connection behind a translator', () => {
  const named = 'translators:\n  - { address: 198.51.100.1 }\n';
  const legs = (flows: readonly InlineRow[]) =>
    withWorld({ flows }, named, async ({ engine }: Lake) =>
      (
        await engine.rows<{ id: string }>(
          `SELECT "EventId" AS id FROM "DeviceNetworkEvents" WHERE "FusionRule" = 'proxy-outer-leg' ORDER BY id`,
        )
      ).map(({ id }) => id),
    );
  const ids = (flows: readonly InlineRow[]) => flows.map(({ EventId }) => EventId);
  const out = (facts: InlineRow) => sentOn({ LocalIP: '198.51.100.1', ...facts });
  /** Seconds after ten, a fraction of them too. */
  const late = (seconds: number) => new Date(Date.parse(at('10:00:00')) + seconds * 1000).toISOString();

  test('is one in front of it: others’ uploads to the same end at the time are told', async () => {
    const own = out({ LocalPort: 50_000, FlowStart: late(0.01) });
    const others = Array.from({ length: 8 }, (_, n) => out({ LocalPort: 51_000 + n, FlowStart: late(100 * n) }));
    expect(await legs([inside(), own, ...others])).toEqual(ids([own]));
  });

  test('and so is each of several, by port, by count, or by what is nearest', async () => {
    const clients = [3, 5, 9].map((n) =>
      inside({ LocalPort: 50_000 + n, BytesSent: n * mebibyte * 100, FlowStart: late(n / 10) }),
    );
    const same = [3, 5, 9].map((n, nth) =>
      out({ LocalPort: 60_000 + n, BytesSent: n * mebibyte * 100, FlowStart: late(1 - nth / 10) }),
    );
    const foreign = [2, 4].map((n) =>
      out({ LocalPort: 61_000 + n, BytesSent: 899 * mebibyte, FlowStart: late(n / 10) }),
    );
    expect(await legs([...clients, ...same, ...foreign])).toEqual(ids(same));
    const frames = same.map((row) => ({ ...row, BytesSent: Number(row.BytesSent) * 1.03 }));
    expect(await legs([...clients, ...frames])).toEqual(ids(frames));
    const unknown = same.map((row) => ({ ...row, BytesSent: null }));
    expect(await legs([...clients, ...unknown, out({ BytesSent: null, FlowStart: late(8) })])).toEqual(ids(unknown));
  });

  test('of which many begin at one moment, as logs of whole seconds say, are as many in front', async () => {
    const moment = [1, 2, 3, 4].map((n) => inside({ LocalPort: 50_000 + n, BytesSent: mebibyte }));
    const sent = [1, 2, 3, 4, 5].map((n) => out({ LocalPort: 60_000 + n, BytesSent: mebibyte, FlowStart: late(1) }));
    expect(await legs([...moment, ...sent])).toHaveLength(4);
  });
});
