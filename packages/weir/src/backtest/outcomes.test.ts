import { describe, expect, test } from 'vitest';
import type { State } from '../detect/growth.ts';
import type { ExceptionUse } from '../model/exception.ts';
import { finding } from '../report/result.fixture.ts';
import { outcomesOf } from './outcomes.ts';

const state = (tick: bigint, severity: State['severity'] = 'low', ...holds: string[]): State => ({
  tick,
  severity,
  holds,
  crossed: tick - 2n,
  lastSeen: tick - 2n,
});

const told = (...states: State[]) => ({ finding: finding({ severity: states.at(-1)?.severity ?? 'low' }), states });

const exception = (expires: bigint, change: Partial<ExceptionUse> = {}): ExceptionUse => ({
  exception: {
    id: 'small',
    name: '',
    rules: null,
    when: '',
    names: true,
    owner: '',
    reason: '',
    created: 0n,
    expires,
    place: '',
  },
  state: 'applied',
  why: '',
  hides: [],
  confirmed: [],
  outlived: 0,
  ending: 'later',
  ...change,
});

test('a finding is told at the first tick after which it is above informational', () => {
  const [grown, quiet] = outcomesOf(
    [told(state(10n, 'informational'), state(20n), state(30n, 'high')), told(state(10n, 'informational'))],
    [],
    undefined,
  );
  expect(grown).toEqual({ outcome: 'notified', alert: { tick: 20n, crossed: 18n }, hiddenBy: [] });
  expect(quiet).toMatchObject({ outcome: 'informational', alert: null });
});

describe('an exception is asked at every tick:', () => {
  test('what has outgrown it is told then', () => {
    const [grown] = outcomesOf([told(state(10n, 'low', 'small'), state(20n))], [exception(100n)], undefined);
    expect(grown).toEqual({ outcome: 'notified', alert: { tick: 20n, crossed: 18n }, hiddenBy: [] });
  });

  test('what it comes to hide was told before, and is known for hidden now', () => {
    const [late] = outcomesOf([told(state(10n), state(20n, 'low', 'small'))], [exception(100n)], undefined);
    expect(late).toMatchObject({ outcome: 'notified', alert: { tick: 10n }, hiddenBy: ['small'] });
  });

  test('what it hides to the end is hidden; beyond its end, or where it was refused, told', () => {
    const held = [told(state(10n, 'low', 'small'), state(20n, 'low', 'small'))];
    expect(outcomesOf(held, [exception(100n)], undefined)[0]).toMatchObject({ outcome: 'hidden', hiddenBy: ['small'] });
    expect(outcomesOf(held, [exception(18n)], undefined)[0]?.alert?.tick).toBe(20n);
    expect(outcomesOf(held, [exception(100n, { state: 'refused' })], undefined)[0]?.alert?.tick).toBe(10n);
  });
});

describe('a rule that pauses after an alert', () => {
  test('tells in one run of all that it found, and of nothing more until the pause ends', () => {
    const outcomes = outcomesOf(
      [told(state(10n)), told(state(10n)), told(state(15n)), told(state(20n)), told(state(19n), state(29n))],
      [],
      10n,
    );
    expect(outcomes.map(({ outcome, alert }) => [outcome, alert?.tick])).toEqual([
      ['notified', 10n],
      ['notified', 10n],
      ['suppressed', undefined],
      ['notified', 20n],
      ['suppressed', undefined],
    ]);
  });

  test('tells of what grows after the pause', () => {
    const [, later] = outcomesOf([told(state(10n)), told(state(15n), state(25n))], [], 10n);
    expect(later).toMatchObject({ outcome: 'notified', alert: { tick: 25n } });
  });
});
