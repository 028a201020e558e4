import { expect, test } from 'vitest';
import { appendRows } from '../../detect/inlineRows.ts';
import { isoToTicks } from '../../detect/isoTime.ts';
import { endpointConnections } from '../../tables/index.ts';
import { Home } from '../live.fixture.ts';
import type { LiveLake } from '../liveLake.ts';
import { Known } from './known.ts';
import { Remembered } from './remembered.ts';

async function showed(home: Home, lake: LiveLake, device: string, time: string): Promise<void> {
  const from = await home.scratch();
  const row = {
    EventId: `mde:${device}`,
    Timestamp: time,
    DeviceName: device,
    LocalIP: '10.0.0.5',
    RemoteIP: '203.0.113.1',
  };
  await appendRows(from, endpointConnections, [{ ...row, ActionType: 'ConnectionSuccess' }]);
  await lake.commit({ from });
}

test('who showed an address is forgotten with the rows that told it', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    const known = new Known(home.engine);
    const holders = async () => {
      const rows = await home.engine.rows<{ DeviceName: string }>('FROM memory.known_holders ORDER BY "DeviceName"');
      return rows.map(({ DeviceName }) => DeviceName);
    };
    await showed(home, lake, 'ws-1', '2026-03-12T08:00:00Z');
    await known.learn(lake.snapshot(), 0n);
    await showed(home, lake, 'ws-2', '2026-03-14T08:00:00Z');
    await known.learn(lake.snapshot(), 0n);
    expect(await holders()).toEqual(['ws-1', 'ws-2']);
    await showed(home, lake, 'ws-3', '2026-03-15T08:00:00Z');
    await known.learn(lake.snapshot(), 0n, isoToTicks('2026-03-13T00:00:00Z'));
    expect(await holders()).toEqual(['ws-2', 'ws-3']);
  }));

test('a pass is told the clocks of its own days, and those of days that are gone are forgotten', () =>
  Home.with(async ({ store }) => {
    const remembered = new Remembered(store);
    const said = (n: bigint) => ({ device: 'ws-1', day: n, ticks: n * 10n, pairs: 3n });
    const clock = (n: bigint) => ({ ...said(n), other: n === 3n ? 7n : null });
    const told = (n: bigint) => ({ teller: 'sysmon', ...said(n) });
    const days = [1n, 2n, 3n, 4n];
    remembered.clocks({ from: 1n, until: 9n }, days.map(clock), days.map(told));
    expect(remembered.offsetsOn({ from: 2n, until: 3n })).toEqual([clock(2n), clock(3n)]);
    expect(remembered.tellersOn({ from: 2n, until: 3n })).toEqual([told(2n), told(3n)]);
    remembered.forgetClocks(3n);
    expect(remembered.offsets).toEqual([clock(3n), clock(4n)]);
    expect(remembered.tellersOn({ from: 1n, until: 9n })).toEqual([told(3n), told(4n)]);
  }));
