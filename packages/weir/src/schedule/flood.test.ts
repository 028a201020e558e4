import { expect, test } from 'vitest';
import { minute } from '../detect/sweep.fixture.ts';
import { Home } from '../live/live.fixture.ts';
import type { Exception } from '../model/exception.ts';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { bringUp, type LiveRule } from './bringUp.ts';
import { standingCount } from './episodes.ts';
import { around, engineOf } from './live.fixture.ts';

const start = 1_000_000n * minute;

test('however many stories stand, they are told again, and a run that adds too many is refused', () =>
  Home.with(async (home) => {
    const [engine, lake, { store }] = [await engineOf(home), await home.lake(), home];
    const rule = readRule('rule.kql', 'DeviceNetworkEvents | where EvidenceTime > ago(5m)');
    const live = (revision: string): LiveRule => ({
      rule: { ...rule, schedule: { frequency: 5n * minute, period: 5n * minute } },
      ...{ revision, since: 0n },
    });
    const inForce: Exception[] = [];
    let step = 0n;
    const run = async (devices: number, revision = '1') => {
      const time = start + step * 5n * minute + minute;
      const from = await home.scratch();
      await from.append(
        deviceNetworkEvents,
        `SELECT ${time} AS "EvidenceTime", ${time} AS "Timestamp", '${step}-' || i AS "DeviceName",
           '${step}-' || i AS "EventId" FROM range(${devices}) AS t(i)`,
        ['EvidenceTime', 'Timestamp', 'DeviceName', 'EventId'],
      );
      await lake.commit({ from, replaced: new Map() });
      step += 1n;
      const until = start + step * 5n * minute;
      const room = await around(home, lake, store, {
        ...{ apply: () => undefined, exceptions: () => inForce, findingsMost: 20 },
      });
      await bringUp(engine, room, live(revision), { until, now: () => until });
      return standingCount(store, rule.id);
    };
    expect(await run(12)).toBe(12);
    expect(await run(9)).toBe(21);
    inForce.push({
      ...{ id: 'x', name: 'x', rules: null, when: 'DeviceName == "0-1"', names: true, owner: 'sam', reason: 'ours' },
      ...{ created: 0n, expires: 2n * start, place: 'exceptions.yaml:2:5' },
    });
    expect(await run(1)).toBe(22);
    expect(await run(1, 'edited')).toBe(23);
    await expect(run(21, 'edited')).rejects.toThrow(
      /it has 21 findings, one for each .*no rule may have more than 20$/,
    );
    expect(standingCount(store, rule.id)).toBe(23);
    engine.close();
  }));
