import { expect, test } from 'vitest';
import { UserError } from '../model/userError.ts';
import { readRule } from '../rules/readRule.ts';
import { ruleCalled } from './find.ts';

const rule = (path: string) => readRule(path, 'DeviceNetworkEvents | where Timestamp > ago(1h)');
const rules = ['mine/a.kql', 'mine/b.kql', 'other/c/rule.kql'].map(rule);

test('a rule is called by its name, its path or the folder that is its own', () => {
  expect(ruleCalled(rules, 'A')).toBe(rules[0]);
  expect(ruleCalled(rules, 'mine/b.kql')).toBe(rules[1]);
  expect(ruleCalled(rules, 'c')).toBe(rules[2]);
  expect(ruleCalled(rules, 'd')).toBeUndefined();
});

test('a folder of several rules names none of them', () => {
  const asked = () => ruleCalled(rules, 'mine');
  expect(asked).toThrow(UserError);
  expect(asked).toThrow('2 rules are called so');
});
