import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadScenarios } from '../../packages/weir/src/simulate/load.ts';
import { sharedPath } from '../shared.ts';
import { content } from './planted.ts';

const scenarios = [...(await loadScenarios(join(content, 'scenarios'))).values()];
const procedures = sharedPath('catalogue', 'procedures.csv');

/** The first cell of each row but the head's. */
function groups(csv: string): string[] {
  const rows = csv.trimEnd().split('\n').slice(1);
  return rows.map((row) => (row.startsWith('"') ? row.slice(1, row.indexOf('",')) : row.slice(0, row.indexOf(','))));
}

describe.skipIf(procedures === undefined)('every known procedure', () => {
  const rows = procedures === undefined ? [] : groups(readFileSync(procedures, 'utf8'));

  test('is one row', () => expect(new Set(rows).size).toBe(rows.length));

  test('is covered by exactly one scenario, and a scenario covers one at most', () => {
    expect(scenarios.flatMap(({ covers }) => covers).sort()).toEqual([...rows].sort());
    for (const { name, covers } of scenarios) expect(covers.length, name).toBeLessThanOrEqual(1);
  });

  test('has the technique that its scenario says', () => {
    for (const { name, covers, technique } of scenarios)
      for (const covered of covers) expect(covered.endsWith(` ${technique}`), name).toBe(true);
  });
});

test('every atomic test of T1567 and its sub-techniques is covered by exactly one scenario', () => {
  const atomics = ['T1567 #1', 'T1567.002 #1', 'T1567.003 #1', ...[1, 2, 3, 4].map((n) => `T1567.004 #${n}`)];
  expect(scenarios.flatMap((scenario) => scenario.atomics).sort()).toEqual(atomics);
});

test('what stands for no procedure and no test hides in what is excepted', () => {
  const others = scenarios.filter(({ covers, atomics }) => covers.length + atomics.length === 0);
  expect(others.map(({ name }) => name.replace(/-.*/, ''))).toEqual([
    'through',
    'through',
    'through',
    'through',
    'through',
  ]);
});

test('one procedure leaves no telemetry of endpoints or networks, and its reason is told', () => {
  const refused = scenarios.filter((scenario) => scenario.refused !== undefined);
  expect(refused.map(({ name }) => name)).toEqual(['salesforce-bulk-export']);
});

test('no secret stands in a command line but a placeholder', () => {
  for (const { name, steps, parameters } of scenarios) {
    const text = JSON.stringify([steps, parameters]);
    expect(
      /Bearer (?!REDACTED)|webhooks\/(?!REDACTED)|services\/(?!REDACTED)|\?sv=|-p(?!EXAMPLE)[A-Z0-9]{6}/.test(text),
      name,
    ).toBe(false);
  }
});
