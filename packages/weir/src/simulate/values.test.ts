import { expect, test } from 'vitest';
import { readScenario } from './load.ts';
import { Random } from './random.ts';
import { valuesOf } from './values.ts';

const scenario = readScenario(
  'small.yaml',
  `name: small
title: A small one
technique: T1567
description: Nothing much.
parameters:
  size: { kind: size, default: 2 MB, range: [1 MB, 3 MB] }
  calls: { kind: count, default: 4, range: [1, 9] }
  tool: { kind: text, default: a.exe, choices: [a.exe, b.exe] }
  service: { kind: variant, default: one, choices: { one: { host: a.example }, two: { host: b.example } } }
steps:
  - start: { id: tool, file: '\${tool}', folder: 'C:\\Tools', command: x }
`,
);

const set = (given: Record<string, string>) => valuesOf(scenario, new Map(Object.entries(given)), undefined);

test('without a seed a parameter has its default', () => {
  expect(set({})).toEqual({
    amounts: { size: 2_000_000, calls: 4 },
    texts: { size: '2000000', calls: '4', tool: 'a.exe', service: 'one', 'service.host': 'a.example' },
  });
});

test('what is set counts before a seed', () => {
  const values = valuesOf(scenario, new Map([['size', '1.5 MB']]), new Random('1'));
  expect(values.amounts.size).toBe(1_500_000);
  expect(set({ tool: 'own.exe', service: 'two' }).texts).toMatchObject({
    tool: 'own.exe',
    'service.host': 'b.example',
  });
});

test('seeds draw from ranges and choices, each its own and each the same again', () => {
  const drawn = Array.from({ length: 40 }, (_, seed) => valuesOf(scenario, new Map(), new Random(`${seed}`)));
  expect(new Set(drawn.map(({ amounts }) => amounts.size)).size).toBeGreaterThan(35);
  expect(new Set(drawn.map(({ texts }) => texts['service.host']))).toEqual(new Set(['a.example', 'b.example']));
  for (const { amounts } of drawn) {
    expect(amounts.size).toBeGreaterThanOrEqual(1_000_000);
    expect(amounts.size).toBeLessThanOrEqual(3_000_000);
  }
  expect(valuesOf(scenario, new Map(), new Random('7'))).toEqual(drawn[7]);
});

test.each([
  ['size', 'much', 'much is no size'],
  ['size', '20 GB', '20 GB is outside its range'],
  ['calls', '0', '0 is no count'],
  ['service', 'three', 'three is none of its choices'],
  ['tool', 'a\nb', /line breaks/],
  ['tool', `\${user}`, /placeholders/],
])('--set %s=%s is refused', (name, value, message) => {
  expect(() => set({ [name]: value })).toThrow(message);
});
