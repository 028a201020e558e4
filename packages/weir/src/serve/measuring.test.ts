import { expect, test } from 'vitest';
import { Home } from '../live/live.fixture.ts';
import { Health } from '../operate/health.ts';
import { createMetrics } from '../operate/metrics.ts';
import { openGap } from '../schedule/gaps.ts';
import { writeRuleState } from '../schedule/ruleState.ts';
import { measureService } from './measuring.ts';

test('rules in force are measured, each for itself, and others are not', () =>
  Home.with(async (home) => {
    const { store, clock } = home;
    const journal = await home.openJournal();
    const metrics = createMetrics();
    const rules = ['a', 'b'].map((id) => ({ id, name: 'same' }));
    const health = new Health(clock);
    measureService(metrics, { store, journal, health, clock, rules: () => rules, destinations: () => [] });
    const looked = { first: 0n, last: clock.time - 600_000_000n };
    for (const rule of ['a', 'b', 'gone']) {
      const none = { seq: 1n, stamp: 1n, timeless: '', exceptions: '', method: '', took: 10_000_000n };
      writeRuleState(store, { rule, name: 'same', revision: '1', since: 0n, ranAt: clock.time, looked, ...none });
      openGap(store, { rule, first: 0n, last: 20_000_000n, reason: 'failed', detail: 'it fails' }, clock.time);
    }
    const told = (await metrics.registry.metrics()).split('\n').filter((line) => /^weir_rule_/.test(line));
    expect(told).toEqual(
      ['last_run_seconds', 'behind_seconds', 'gap_seconds'].flatMap((name, index) =>
        ['a', 'b'].map((id) => `weir_rule_${name}{rule="same",id="${id}"} ${[1, 60, 2][index]}`),
      ),
    );
  }));
