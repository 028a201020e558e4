import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suffixTree } from './suffixTree.ts';

const label = fc.stringMatching(/^[a-c]{1,2}$/);
const host = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));

describe('suffix tree', () => {
  test('finds exactly the longest suffix that ends at a label', () => {
    fc.assert(
      fc.property(fc.uniqueArray(host), host, (suffixes, name) => {
        const tree = suffixTree(suffixes.map((suffix) => [suffix, suffix]));
        const ending = suffixes.filter((suffix) => name === suffix || name.endsWith(`.${suffix}`));
        const longest = ending.sort((a, b) => b.split('.').length - a.split('.').length)[0];
        expect(tree.find(name)).toBe(longest);
      }),
    );
  });

  test('a host below a suffix matches, a host that merely ends with its letters does not', () => {
    fc.assert(
      fc.property(host, label, (suffix, more) => {
        const tree = suffixTree([[suffix, 1]]);
        expect(tree.find(suffix)).toBe(1);
        expect(tree.find(`${more}.${suffix}`)).toBe(1);
        expect(tree.find(`${more}-${suffix}`)).toBeUndefined();
        expect(tree.find(`${suffix}.${more}x`)).toBeUndefined();
      }),
    );
  });

  test('the order of the suffixes does not matter', () => {
    const patterned = fc.array(fc.constantFrom('a', 'b', 'a*', '*b', '*'), { minLength: 1, maxLength: 3 });
    const pattern = patterned.map((labels) => labels.join('.'));
    fc.assert(
      fc.property(fc.uniqueArray(pattern), host, (patterns, name) => {
        const pairs = patterns.map((text) => [text, text] as const);
        expect(suffixTree(pairs.toReversed()).find(name)).toBe(suffixTree(pairs).find(name));
      }),
    );
  });

  test('a star stays inside its label and yields to a written label', () => {
    const tree = suffixTree([
      ['s3.*.example.com', 'any region'],
      ['s3.local.example.com', 'local'],
      ['store*.example.com', 'store'],
    ]);
    expect(tree.find('b.s3.eu-1.example.com')).toBe('any region');
    expect(tree.find('b.s3.local.example.com')).toBe('local');
    expect(tree.find('s3.eu.1.example.com')).toBeUndefined();
    expect(tree.find('store7.example.com')).toBe('store');
    expect(tree.find('xstore7.example.com')).toBeUndefined();
    expect(tree.find('example.com')).toBeUndefined();
  });
});
