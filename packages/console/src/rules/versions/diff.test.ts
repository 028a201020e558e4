import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffOf } from './diff.ts';

const numbered = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, n) => `l${from + n}\n`).join('');

test('each change stands with the lines around it and its numbers on both sides', () => {
  const before = numbered(1, 40);
  const after = before.replace('l5\n', '').replace('l30\n', 'thirty\nand more\n');
  expect(diffOf(before, after)).toMatchObject([
    [
      { kind: 'same', before: 2, after: 2, text: 'l2' },
      ...[{ text: 'l3' }, { text: 'l4' }],
      { kind: 'gone', before: 5, after: undefined, text: 'l5' },
      { kind: 'same', before: 6, after: 5, text: 'l6' },
      ...[{ text: 'l7' }, { text: 'l8' }],
    ],
    [
      ...[{ text: 'l27' }, { text: 'l28' }, { text: 'l29' }],
      { kind: 'gone', before: 30, after: undefined, text: 'l30' },
      { kind: 'new', before: undefined, after: 29, text: 'thirty' },
      { kind: 'new', after: 30, text: 'and more' },
      { kind: 'same', before: 31, after: 31, text: 'l31' },
      ...[{ text: 'l32' }, { text: 'l33' }],
    ],
  ]);
});

test('line breaks of another system are no change; texts that have nothing in common are not compared', () => {
  expect(diffOf('a\nb\n', 'a\r\nb\r\n')).toEqual([]);
  expect(diffOf(numbered(0, 600), numbered(600, 1_200))).toBeUndefined();
});

test('what is said to be gone and new makes the one text of the other', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '', ' a', '-', '+'), { maxLength: 12 })
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = before.split('\n');
      const changed = (diffOf(before, after) ?? []).flat();
      for (const line of changed) if (line.before !== undefined) expect(lines[line.before - 1]).toBe(line.text);
      const made = after.split('\n');
      for (const line of changed) if (line.after !== undefined) expect(made[line.after - 1]).toBe(line.text);
      const gone = changed.filter(({ kind }) => kind === 'gone').length;
      const added = changed.filter(({ kind }) => kind === 'new').length;
      const count = (whole: string) => whole.split('\n').length - (whole.endsWith('\n') || whole === '' ? 1 : 0);
      expect(added - gone).toBe(count(after) - count(before));
      expect(changed.length === 0).toBe(before === after);
    }),
  );
});
