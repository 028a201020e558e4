import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { checkYaml, parseYaml } from './yamlDocument.ts';

const path = 'a.yaml';

test('positions of keys and list items, and of the nearest part for what is absent', () => {
  const document = parseYaml(path, 'a:\n  - x: 1\n    y: 2\n  - { z: 3 }\n');
  expect(document.position(['a', 0, 'y'])).toEqual({ line: 3, column: 5 });
  expect(document.position(['a', 1, 'z'])).toEqual({ line: 4, column: 7 });
  expect(document.position(['a', 0, 'none'])).toEqual({ line: 2, column: 5 });
});

describe('lines of a text', () => {
  const linesOf = (text: string) => {
    const document = parseYaml(path, text);
    return document.linesOf(['q'], (document.value as { q: string }).q);
  };

  test('of a block stand where they are written, with an indent that says so, blank lines and CRLF', () => {
    expect(linesOf('q: |\n  one\n    two\n')).toEqual([
      { line: 2, column: 3 },
      { line: 3, column: 3 },
      { line: 4, column: 1 },
    ]);
    expect(linesOf('q: |2-\n\n    one\n').map(({ line }) => line)).toEqual([2, 3]);
    expect(linesOf('q: |\r\n  one\r\n  two\r\n').slice(0, 2)).toEqual([
      { line: 2, column: 3 },
      { line: 3, column: 3 },
    ]);
  });

  test('of another text stand where it begins', () => {
    expect(linesOf('q: one')).toEqual([{ line: 1, column: 4 }]);
  });

  test('law: a line of a block is found in the file at its place', () => {
    const line = fc.stringMatching(/^[a-z|;= ]{0,8}[a-z]$/).map((text) => text.trim());
    fc.assert(
      fc.property(
        fc.array(line.filter(Boolean), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (lines, indent) => {
          const text = `p: 1\nq: |\n${lines.map((each) => `${' '.repeat(indent)}${each}`).join('\n')}\n`;
          const written = text.split('\n');
          for (const [index, place] of linesOf(text).slice(0, lines.length).entries()) {
            expect(written[place.line - 1]?.slice(place.column - 1)).toBe(lines[index]);
          }
        },
      ),
    );
  });
});

describe('refusals', () => {
  test('have a place', () => {
    expect(() => parseYaml(path, 'a: 1\nb: [1\n')).toThrow(expect.objectContaining({ code: 'YAML_INVALID' }));
    expect(() => parseYaml(path, 'a: 1\na: 2\n')).toThrow(expect.objectContaining({ place: 'a.yaml:2:1' }));
  });

  test('of aliases that multiply themselves', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
    );
    expect(() => parseYaml(path, `l0: &l0 x\n${levels.join('\n')}\n`)).toThrow(
      expect.objectContaining({ code: 'YAML_INVALID' }),
    );
  });

  test.each([
    ['lists', `a: ${'['.repeat(100_000)}`],
    ['closed lists', `a: ${'['.repeat(150)}${']'.repeat(150)}`],
    ['a list on one line', '- '.repeat(50_000)],
    ['maps', Array.from({ length: 150 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('of %s nested without end', (_, text) => {
    expect(() => parseYaml(path, text)).toThrow(
      expect.objectContaining({ code: 'YAML_INVALID', message: expect.stringMatching(/more than 100 deep/) }),
    );
  });

  test('of an alias inside of what it names', () => {
    expect(() => parseYaml(path, 'a: 1\nb: &b [x, { c: *b }]\n')).toThrow(
      expect.objectContaining({ code: 'YAML_INVALID', place: 'a.yaml:2:16' }),
    );
  });

  test('of nothing in a map of very many keys but the one that stands there twice', () => {
    const keys = Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(Object.keys(parseYaml(path, keys).value as object)).toHaveLength(30_000);
    expect(() => parseYaml(path, `${keys}\nk7: 2\n`)).toThrow(expect.objectContaining({ place: 'a.yaml:30001:1' }));
  });

  test('of what is larger than anything a person edits', () => {
    expect(() => parseYaml(path, `a: ${'x'.repeat(5 * 1024 * 1024)}`)).toThrow(/larger than 4 MiB/);
  });

  test('name two more keys, and count the rest', () => {
    const document = parseYaml(path, 'a: x\nb: y\nc: 1\nd: 1\n');
    const schema = z.strictObject({ a: z.number(), b: z.number() });
    expect(() => checkYaml(document, schema, 'SOME_CODE')).toThrow(
      expect.objectContaining({
        code: 'SOME_CODE',
        place: 'a.yaml:1:1',
        message: expect.stringMatching(/^a: a number .*; 2:1 b: a number .*; 3:1 c: unknown key; and 1 more$/),
      }),
    );
    const unknown = parseYaml(path, 'a: 1\nb: 2\nc: 1\n');
    expect(() => checkYaml(unknown, schema, 'X')).toThrow(expect.objectContaining({ place: 'a.yaml:3:1' }));
  });
});

test('law: what is written is read', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
      (value) => {
        expect({ ...(parseYaml(path, stringify(value)).value as object) }).toEqual({ ...value });
      },
    ),
  );
});
