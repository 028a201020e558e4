import { expect, test } from 'vitest';
import { minute } from '../detect/sweep.fixture.ts';
import { Home } from '../live/live.fixture.ts';
import type { Exception } from '../model/exception.ts';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { bringUp, type LiveRule } from './bringUp.ts';
import { standingStories } from './episodes.ts';
import { gapsOf } from './gaps.ts';
import { around, engineOf } from './live.fixture.ts';

const start = 1_000_000n * minute;

test('however many stories stand, they are told again; of a run that adds too many the gravest are told, the rest is a gap, and the rule goes on', () =>
  Home.with(async (home) => {
    const [engine, lake, { store }] = [await engineOf(home), await home.lake(), home];
    const read = readRule('rule.kql', 'DeviceNetworkEvents | where EvidenceTime > ago(5m)');
    const because = { because: 'much', when: 'BytesSent > 150', points: 30, at: { line: 1, column: 1 } };
    const rule = { ...read, weir: { ...read.weir, score: { base: 40, add: [because] } } };
    const live = (revision: string, query = rule.query): LiveRule => ({
      rule: { ...rule, query, schedule: { frequency: 5n * minute, period: 5n * minute } },
      ...{ revision, since: 0n },
    });
    const inForce: Exception[] = [];
    let step = 0n;
    const commit = async (rows: string, revision: string, query?: string) => {
      const time = start + step * 5n * minute + minute;
      const from = await home.scratch();
      await from.append(
        deviceNetworkEvents,
        `SELECT ${time} AS "EvidenceTime", ${time} AS "Timestamp", * FROM (${rows})`,
        ['EvidenceTime', 'Timestamp', 'EventId', 'DeviceName', 'BytesSent'],
      );
      await lake.commit({ from, replaced: new Map() });
      step += 1n;
      const until = start + step * 5n * minute;
      const room = await around(home, lake, store, {
        ...{ apply: () => undefined, exceptions: () => inForce, findingsMost: 20 },
      });
      await bringUp(engine, room, live(revision, query), { until, due: until, anew: false, now: () => until });
      return standingStories(store, rule.id).length;
    };
    const run = (devices: number, revision = '1', query?: string) =>
      commit(
        `SELECT '${step}-' || i AS "EventId", '${step}-' || i AS "DeviceName", i * 100 AS "BytesSent"
         FROM range(${devices}) AS t(i)`,
        revision,
        query,
      );
    expect(await run(12)).toBe(12);
    expect(await run(9)).toBe(21);
    inForce.push({
      ...{ id: 'x', name: 'x', rules: null, when: 'DeviceName == "0-1"', names: true, owner: 'sam', reason: 'ours' },
      ...{ created: 0n, expires: 2n * start, place: 'exceptions.yaml:2:5' },
    });
    expect(await run(1)).toBe(22);
    expect(await run(1, 'edited')).toBe(23);
    expect(gapsOf(store, { open: false })).toEqual([]);
    // Two that are new and less grave than the others, and one of a device that has a story.
    const again = `SELECT '4-' || i AS "EventId", '4-' || i AS "DeviceName", i * 100 AS "BytesSent" FROM range(22) AS t(i)
      UNION ALL SELECT '4-again', '0-1', 0`;
    expect(await commit(again, 'edited')).toBe(43);
    const devices = () => new Set(standingStories(store, rule.id).map(({ key }) => key[0]));
    expect(devices().has('4-0') || devices().has('4-1')).toBe(false);
    expect(devices().has('0-1') && devices().has('4-2') && devices().has('4-21')).toBe(true);
    const left = expect.stringMatching(/^it found 2 more stories than a run may add: the gravest are told, .*anew$/);
    const tick = start + step * 5n * minute;
    expect(gapsOf(store, { open: true })).toEqual([
      expect.objectContaining({ rule: rule.id, reason: 'flood', first: tick, last: tick, detail: left }),
    ]);
    // It goes on, keeps nothing of what it did not tell, and the edit that makes it tell less closes the gap.
    expect(await run(1, 'edited')).toBe(44);
    inForce.pop();
    expect(await run(0, 'edited')).toBe(44);
    expect(gapsOf(store, { open: true })).toHaveLength(1);
    expect(await run(0, 'narrower', 'DeviceNetworkEvents | where EvidenceTime > ago(5m) and BytesSent < 0')).toBe(44);
    expect(gapsOf(store, { open: true })).toEqual([]);
    engine.close();
  }));
