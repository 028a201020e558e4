import { candidatesOf, compile } from '@weir/kql';
import { expect, test } from 'vitest';
import { weirSchema } from '../tables/index.ts';
import { SweptPlan } from './sweptPlan.ts';

function planOf(query: string): SweptPlan {
  const { plan } = compile(query, { schema: weirSchema, dialect: 'duckdb' });
  return new SweptPlan(candidatesOf(plan ?? expect.fail('no plan'), () => []).plan);
}

const none = new Set<string>();

test('what has no rows for want of candidates is not asked', () => {
  const met = planOf('DeviceNetworkEvents | join kind=inner DeviceProcessEvents on DeviceName');
  expect(met.over(none)).toBe(met.whole);
  expect(met.over(new Set(['candidates_1']))).toBeUndefined();
  const counted = planOf('DeviceNetworkEvents | summarize count()');
  expect(counted.over(new Set(['candidates_0']))?.sql()).toBe(counted.whole.sql());
});

test('what takes nothing away is not looked at', () => {
  const alone = planOf('DeviceNetworkEvents | join kind=leftanti DeviceProcessEvents on DeviceName');
  const left = alone.over(new Set(['candidates_1']));
  expect([...(left?.reads ?? [])]).toEqual(['candidates_0']);
  expect(left?.sql()).not.toContain('candidates_1');
  expect([...alone.whole.reads].sort()).toEqual(['candidates_0', 'candidates_1']);
  expect(alone.over(new Set(['candidates_1', 'another']))).toBe(left);
});
