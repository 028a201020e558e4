import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planForMachines, planForPeople, type Waiting } from './plan.ts';

const waiting: fc.Arbitrary<Waiting[]> = fc
  .array(
    fc.record({
      cause: fc.constantFrom('raised', 'grew', 'withdrawn', 'exception-ends'),
      alert: fc.integer({ min: 1, max: 40 }),
      rule: fc.constantFrom('r1', 'r2', 'r3'),
      severity: fc.integer({ min: 0, max: 3 }),
      score: fc.integer({ min: 0, max: 100 }),
      together: fc.constantFrom(null, null, null, 'retro', 'exception-ended'),
    }),
    { maxLength: 60 },
  )
  .map((all) =>
    all.map((each, index): Waiting => {
      const ends = each.cause === 'exception-ends';
      const about = ends ? { alert: null, rule: '', ruleName: '', together: null } : { ruleName: each.rule };
      return { ...each, id: index + 1, ...about };
    }),
  );

const subjects = (all: readonly Waiting[]) => new Set(all.map(({ id, alert }) => alert ?? `notice ${id}`)).size;

test('people get no more messages than there is room for, and every alert and change is counted once', () => {
  fc.assert(
    fc.property(waiting, fc.integer({ min: 1, max: 8 }), (all, most) => {
      const planned = planForPeople(all, most);
      expect(planned.length).toBeLessThanOrEqual(most);
      const sum = (of: (plan: (typeof planned)[number]) => number) =>
        planned.reduce((total, plan) => total + of(plan), 0);
      expect(sum(({ summary }) => summary.subjects)).toBe(subjects(all));
      expect(sum(({ summary }) => summary.notices)).toBe(all.length);
      for (const { items, summary } of planned) {
        expect(items.length).toBe(Math.min(summary.subjects, 20));
        const counted = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
        const ends = summary.causes['exception-ends'] ?? 0;
        expect([counted(summary.causes), counted(summary.severities)]).toEqual([
          summary.subjects,
          summary.subjects - ends,
        ]);
      }
    }),
  );
});

test('machines get every notice of an alert, in order', () => {
  fc.assert(
    fc.property(waiting, (all) => {
      const planned = planForMachines(all).flatMap(({ items }) => items);
      const alerts = all.filter(({ alert }) => alert !== null).map(({ id, cause }) => ({ notice: id, cause }));
      expect(planned).toEqual(alerts);
    }),
  );
});

const one = (id: number, change: Partial<Waiting> = {}): Waiting => ({
  ...{ id, cause: 'raised', alert: id, rule: 'r1', ruleName: 'Rule one', severity: 3, score: 80, together: null },
  ...change,
});
const many = (from: number, until: number, change: Partial<Waiting> = {}) =>
  Array.from({ length: until - from }, (_, index) => one(from + index, change));
const kinds = (all: readonly Waiting[], most = 6) =>
  planForPeople(all, most).map(({ summary }) => [summary.kind, summary.subjects]);

test('a few alerts of a rule are told one by one, many together', () => {
  expect(kinds(many(1, 4))).toEqual([
    ['one', 1],
    ['one', 1],
    ['one', 1],
  ]);
  expect(kinds([...many(1, 38), one(50, { rule: 'r2' })])).toEqual([
    ['rule', 37],
    ['one', 1],
  ]);
});

test('what was found in the past is one message, whatever else there is', () => {
  expect(
    kinds([
      ...many(1, 3),
      ...many(10, 30, { together: 'retro', rule: 'r2' }),
      ...many(40, 42, { together: 'exception-ended' }),
    ]),
  ).toEqual([
    ['one', 1],
    ['one', 1],
    ['retro', 20],
    ['exception-ended', 2],
  ]);
});

test('more messages than there is room for are one', () => {
  const storm = [1, 2, 3, 4].flatMap((rule) => many(rule * 10, rule * 10 + rule, { rule: `r${rule}` }));
  const [digest, ...others] = planForPeople(storm, 3);
  expect(others).toEqual([]);
  expect(digest?.summary).toMatchObject({ kind: 'digest', subjects: 10, severities: { high: 10 } });
  expect(digest?.summary.rules.map(({ rule, subjects: n }) => [rule, n])).toEqual([
    ['r4', 4],
    ['r3', 3],
    ['r2', 2],
    ['r1', 1],
  ]);
});

test('changes of one alert are one: raised where nobody was told, withdrawn where it does not hold', () => {
  const of = (...causes: Waiting['cause'][]) => {
    const [plan] = planForPeople(
      causes.map((cause, index) => one(index + 1, { alert: 7, cause })),
      6,
    );
    return [plan?.items, plan?.summary.notices];
  };
  expect(of('raised', 'grew', 'grew')).toEqual([[{ notice: 3, cause: 'raised' }], 3]);
  expect(of('grew', 'grew')).toEqual([[{ notice: 2, cause: 'grew' }], 2]);
  expect(of('raised', 'withdrawn')).toEqual([[{ notice: 2, cause: 'withdrawn' }], 2]);
});
