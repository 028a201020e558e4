import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../duckdb.fixture.ts';
import type { CallContext } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { overRegex, regex } from './regex.ts';

const engine = await openEngine();

const call: CallContext = {
  name: 'matches regex',
  type: 'bool',
  span: { start: 0, length: 0 },
  now: '$now',
  refuse(message) {
    throw new Error(message);
  },
};

async function matches(pattern: string, text: string): Promise<unknown> {
  const sql = overRegex(literal(text), regex(pattern, call), (s, p) => `regexp_matches(${s}, ${p})`);
  return (await engine.runAndReadAll(`SELECT ${sql}`)).getRows()[0]?.[0];
}

describe('regular expressions in RE2', () => {
  it.each([
    [String.raw`^\w+$`, 'straße_1', true],
    [String.raw`^\w+$`, 'two words', false],
    [String.raw`^\d$`, '٣', true],
    [String.raw`^\s$`, '\u2003', true],
    [String.raw`^\s$`, '\v', true],
    [String.raw`^\S$`, 'é', true],
    [String.raw`^\W$`, 'é', false],
    [String.raw`^[\w.]+$`, 'naïve.txt', true],
    [String.raw`^[^\W_]+$`, 'Ünder', true],
    [String.raw`^[^\W_]+$`, 'a_b', false],
    [String.raw`^[^\d]$`, '٣', false],
    [String.raw`^[\]a]+$`, 'a]', true],
    ['^[]a]+$', 'a]', true],
    [String.raw`^\x41é\.$`, 'Aé.', true],
    ['(?i)МИР', 'мир', true],
    ['a{2,3}$', 'baaa', true],
    [String.raw`^(?<user>\w+)@`, 'anna@x', true],
    [String.raw`^\p{Lu}$`, 'É', true],
  ])('%s over %j is %s', async (pattern, text, expected) => {
    expect(await matches(pattern, text)).toBe(expected);
  });

  it('counts capturing groups only', () => {
    expect(regex(String.raw`(a)(?:b)(?<n>c)\(`, call).groups).toBe(2);
  });

  it('keeps the ASCII pattern small', () => {
    expect(regex(String.raw`\w+@\d`, call).ascii).toBe(String.raw`\w+@\d`);
  });

  it.each([
    ['a(?=b)', /look/],
    ['(?<!a)b', /look/],
    [String.raw`(a)\1`, /refer back/],
    ['a[', /open bracket/],
    ['a\\', /backslash/],
    ['a{1001}', /1000/],
    ['a**', /repeats a repetition/],
    ['[[a]]', /class inside/],
    ['(?>a)', /group/],
    [String.raw`\Ga`, /not supported/],
  ])('refuses %s', (pattern, message) => {
    expect(() => regex(pattern, call)).toThrow(message);
  });
});
