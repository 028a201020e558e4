import { describe, expect, it } from 'vitest';
import { hasTerm, hasTermCs, termsOf } from './terms.ts';

describe('terms', () => {
  it.each([
    ['discordapp.com', 'discord', false],
    ['cdn.discordapp.com', 'discordapp', true],
    ['x-file.io', 'file.io', true],
    ['alpha_beta', 'alpha', true],
    ['a1', 'a', false],
    ['a b', 'a ', true],
    ['xa b', 'a ', false],
    ['MÜLLER', 'müller', true],
    ['anything', '', true],
  ])('%s has %s: %s', (text, needle, does) => {
    expect(hasTerm(text, needle)).toBe(does);
  });

  it('minds case where it is asked to', () => {
    expect([hasTermCs('a B', 'B'), hasTermCs('a b', 'B')]).toEqual([true, false]);
  });

  it('are runs of letters and digits', () => {
    expect(termsOf('s3.eu-west-1.amazonaws.com')).toEqual(['s3', 'eu', 'west', '1', 'amazonaws', 'com']);
  });
});
