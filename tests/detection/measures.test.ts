import fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgets, measured } from '../../bench/detection/measures.ts';
import type { Planted } from '../../bench/detection/planted.ts';
import type { Judged, Played } from '../../bench/detection/play.ts';

const day = 864_000_000_000n;
const begins = 700_000n * day;

/** One told story of a gigabyte in an hour. */
function planted(name: string): Planted {
  const connection = { ids: [name], host: 'h', category: 'cloud-storage', process: 'x.exe', original: 'x.exe' };
  return {
    name,
    scenario: { name, technique: 'T1567', covers: [`group of ${name}`], atomics: [] } as unknown as Planted['scenario'],
    machine: 'm',
    begins,
    ends: begins + 36_000_000_000n,
    connections: [{ ...connection, starts: begins, ends: begins + 36_000_000_000n, sent: 1_000_000_000 }],
  };
}

function judged(score: number, of: readonly Planted[], after = 9_000_000_000n, share = 1): Judged {
  const finding = {
    score,
    rule: { name: 'r' },
    entities: { process: 'p', destination: 'd' },
    service: 's',
    title: 't',
  };
  const told = { finding, outcome: 'notified', alertedAt: begins + after, waited: 600_000_000n };
  return { finding: told as unknown as Judged['finding'], of, share };
}

function played(list: readonly Judged[], all: readonly Planted[], hosts = 1000): Played {
  return { seed: 1, judged: list, planted: all, hosts: new Map([[begins, hosts]]), failed: [], rules: [] };
}

test('people look at all findings of a score or at none, until there is more noise than they bear', () => {
  const [a, b, c] = [planted('a'), planted('b'), planted('c')];
  const noise = (score: number, times: number) => Array.from({ length: times }, () => judged(score, []));
  const { budgets: within } = measured([
    played([judged(90, [a]), ...noise(80, 2), judged(80, [b]), ...noise(40, 10), judged(40, [c])], [a, b, c]),
  ]);
  expect(within.map(({ score, noise, found, precision }) => [score, noise, found.size, precision])).toEqual([
    [90, 0, 1, 1],
    [80, 2, 2, 0.5],
    [40, 12, 3, 0.2],
    [40, 12, 3, 0.2],
  ]);
});

test('noise is of a thousand hosts and a day, in all companies together, and on the worst day alone', () => {
  const { budgets: within } = measured([played([judged(50, [])], [], 100), played([], [], 300)]);
  const [all] = within.filter(({ most }) => !Number.isFinite(most));
  expect([all?.noise, all?.worst]).toEqual([2.5, 10]);
});

test('what was gone when the first alert came', () => {
  const one = planted('a');
  const { alerts, procedures } = measured([played([judged(50, [one], 18_000_000_000n), judged(50, [one])], [one])]);
  expect(alerts).toMatchObject({ alerts: 1, sinceFirst: { median: 9_000_000_000n }, gone: { median: 0.25 } });
  expect(procedures).toEqual([{ name: 'group of a', tellings: 1, found: [1, 1, 1, 1] }]);
});

test('what only findings of mostly everyday life tell is mixed', () => {
  const [one, two] = [planted('a'), planted('b')];
  const { budgets: within } = measured([
    played([judged(50, [one], 1n, 0.1), judged(50, [two], 1n, 0.1), judged(50, [two])], [one, two]),
  ]);
  expect(within.at(-1)).toMatchObject({ mixed: 1 });
});

test('a larger budget never finds less', () => {
  const stories = ['a', 'b', 'c', 'd'].map(planted);
  const finding = fc.record({ score: fc.integer({ min: 0, max: 100 }), of: fc.subarray(stories, { maxLength: 2 }) });
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 60 }), fc.integer({ min: 20, max: 3000 }), (list, hosts) => {
      const { budgets: within } = measured([
        played(
          list.map(({ score, of }) => judged(score, of)),
          stories,
          hosts,
        ),
      ]);
      expect(within.map(({ most }) => most)).toEqual(budgets);
      for (const [at, { found, noise, most }] of within.entries()) {
        expect(noise).toBeLessThanOrEqual(most);
        for (const one of within[at - 1]?.found ?? []) expect(found.has(one)).toBe(true);
      }
    }),
  );
});
