import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Home } from '../live/live.fixture.ts';
import { evidenceName } from './bringUp.ts';
import { gapsOf, openGap } from './gaps.ts';
import { forgetRemoved } from './removed.ts';
import { ruleStates, writeRuleState } from './ruleState.ts';

const hour = 36_000_000_000n;

test('of a rule that is removed no gap stays open, and after a day neither its state nor its evidence is kept', () =>
  Home.with(async ({ store, clock, folder: home }) => {
    const folder = join(home, 'evidence');
    await mkdir(folder);
    for (const rule of ['a', 'b']) {
      const none = { looked: undefined, seq: 1n, stamp: 1n, timeless: '', exceptions: '', method: '', took: 1n };
      writeRuleState(store, { rule, name: 'same', revision: '1', since: 0n, ranAt: clock.time, ...none });
      await writeFile(join(folder, evidenceName(rule)), '');
      openGap(store, { rule, first: 1n, last: 2n, reason: 'failed', detail: 'it fails' }, clock.time);
    }
    for (const rule of ['a', 'b']) await writeFile(join(folder, `${evidenceName(rule)}.checkpoint.wal`), '');
    const kept = async () => [ruleStates(store).map(({ rule }) => rule), (await readdir(folder)).length];
    clock.time += hour;
    await forgetRemoved({ store, folder }, ['a'], clock.time);
    expect(await kept()).toEqual([['a', 'b'], 4]);
    expect(gapsOf(store, { open: false }).map(({ rule, detail, closedAt }) => [rule, detail, closedAt])).toEqual([
      ['b', 'it fails; the rule was removed', clock.time],
      ['a', 'it fails', undefined],
    ]);
    clock.time += 24n * hour;
    await forgetRemoved({ store, folder }, ['a'], clock.time);
    expect(await kept()).toEqual([['a'], 2]);
    expect((await readdir(folder)).every((name) => name.startsWith(evidenceName('a')))).toBe(true);
  }));
