import { expect, test } from 'vitest';
import { AlertBook } from '../../packages/weir/src/alert/book.ts';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { Home } from '../../packages/weir/src/live/live.fixture.ts';
import { readRule } from '../../packages/weir/src/rules/readRule.ts';
import { bringUp, type LiveRule } from '../../packages/weir/src/schedule/bringUp.ts';
import { around, engineOf, put } from '../../packages/weir/src/schedule/live.fixture.ts';

const minute = 600_000_000n;
const hour = 60n * minute;
const noon = 739_000n * 24n * hour + 12n * hour;

const rule: LiveRule = {
  rule: {
    ...readRule('rule.kql', 'DeviceNetworkEvents | where BytesSent > 50'),
    schedule: { frequency: 5n * minute, period: hour },
  },
  revision: '1',
  since: 0n,
};

function row(id: string, at: bigint, more: InlineRow = {}): InlineRow {
  return {
    ...{ EventId: id, Timestamp: at, EvidenceTime: at, DeviceName: 'ws-1', InitiatingProcessFileName: 'curl.exe' },
    ...{ Service: 'Drop', BytesSent: 100, ...more },
  };
}

test('stories are alerts that grow, are merged, withdrawn and come back, and a crash in between opens none twice', () =>
  Home.with(async (home) => {
    const book = new AlertBook(home.store, { floor: 'informational' });
    const lake = await home.lake();
    const engine = await engineOf(home);
    let until = noon;
    const run = async (apply: (told: Parameters<AlertBook['apply']>[0]) => void = (told) => void book.apply(told)) => {
      until += 5n * minute;
      await bringUp(engine, await around(home, lake, home.store, { apply }), rule, {
        until,
        due: until,
        anew: false,
        now: () => until,
      });
    };
    const alerts = () =>
      book
        .list({ states: ['new', 'in-progress', 'closed', 'withdrawn', 'merged'] }, { order: 'newest', limit: 50 })
        .alerts.map(({ state, finding }) => `${state} ${finding.connections}`)
        .toSorted();

    await put(home, lake, { DeviceNetworkEvents: [row('a', noon)] });
    await expect(
      run((told) => {
        book.apply(told);
        throw new Error('the power is gone');
      }),
    ).rejects.toThrow('the power is gone');
    expect(alerts()).toEqual([]);
    await run();
    await run();
    expect(alerts()).toEqual(['new 1']);
    await put(home, lake, { DeviceNetworkEvents: [row('b', noon - 40n * hour)] });
    await run();
    expect(alerts()).toEqual(['new 1', 'new 1']);
    await put(home, lake, { DeviceNetworkEvents: [row('c', noon - 20n * hour)] });
    await run();
    expect(alerts()).toEqual(['merged 1', 'new 3']);
    await put(home, lake, { DeviceNetworkEvents: [] }, ['a', 'b', 'c']);
    await run();
    expect(alerts()).toEqual(['merged 1', 'withdrawn 3']);
    await put(home, lake, { DeviceNetworkEvents: [row('d', noon + minute)] });
    await run();
    expect(alerts()).toEqual(['merged 1', 'new 1']);
    engine.close();
  }));
