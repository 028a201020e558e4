import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeySearch } from './keySearch.ts';

/** The keys of all objects in a value, and in the JSON texts in it. */
function keysOf(value: unknown): string[] {
  if (typeof value === 'string') return keysOf(parsed(value));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [...(Array.isArray(value) ? [] : [key]), ...keysOf(member)]);
}

function parsed(text: string): unknown {
  try {
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

const searched = (text: string, names: readonly string[]): string[] => {
  const search = new KeySearch(names);
  search.look(Buffer.from(text));
  return names.filter((name) => !search.isAbsent(name));
};

const names = ['a', 'id', 'name', 'host.name', 'agent.hostname', 'hostname', 'process.parent.entity_id', 'entity_id'];
const dotted = ['process.entity_id', '@timestamp', 'id.orig_h', 'x-y', 'parent.process.parent.entity_id'];
const all = [...names, ...dotted, 'Name', 'process.parent.executable', 'nam', 'ame', 'ost.name', 'zeek'];

const key = fc.oneof(fc.constantFrom(...names, ...dotted), fc.string({ unit: 'grapheme', maxLength: 20 }));
const text = fc.oneof(fc.constantFrom('id', 'zeek', 'C:\\users\\u0061', '\\', '"', '" :'), fc.string());
const { record } = fc.letrec((tie) => ({
  record: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.integer(),
    tie('record'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, text, { maxKeys: 3 }).map((inner) => JSON.stringify(inner)),
  ),
}));

it('rules out no key that a record has, wherever and however it is written', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 5 }), fc.constantFrom('', ' ', '\t'), (records, gap) => {
      const lines = records.map((record) => {
        const line = JSON.stringify(record);
        return `${gap}${gap === '' ? line : line.replaceAll('":', `"${gap}:`)}\n`;
      });
      const occurring = new Set(records.flatMap(keysOf));
      expect(searched(lines.join(''), all)).toEqual(expect.arrayContaining(all.filter((name) => occurring.has(name))));
    }),
    { numRuns: 500 },
  );
});

const escaped = (name: string): string => `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;

it.each([
  ['as the first', (name: string) => `{"${name}":1}`],
  ['behind a text that ends in a backslash', (name: string) => `{"b":"C:\\\\","${name}":1}`],
  ['with blanks before the colon', (name: string) => `{"b":1,"${name}" \t :1}`],
  ['with an escape for its first letter', (name: string) => `{"b":1,"${escaped(name)}":1}`],
  ['with an escape in capital letters', (name: string) => `{"b":1,"${name.slice(0, 1)}\\u004Eame":1}`],
  ['inside of a text', (name: string) => JSON.stringify({ b: JSON.stringify({ [name]: 1 }) })],
  [
    'inside of a text in a text',
    (name: string) => JSON.stringify({ b: JSON.stringify({ c: JSON.stringify({ [name]: 1 }) }) }),
  ],
  ['inside of a text, with lines', (name: string) => JSON.stringify({ b: `{"${name}"\n:1}` })],
  ['inside of a text that writes quotes as codes', (name: string) => `{"b":"{\\u0022${name}\\u0022:1}"}`],
  ['inside of a text, with an escape', (name: string) => JSON.stringify({ b: `{"${escaped(name)}":1}` })],
])('finds a key %s, at any place of a file', (_, write) => {
  for (let before = 0; before < 40; before += 1)
    for (const name of ['id', 'Name', '@timestamp', 'hostname', 'process.parent.entity_id']) {
      const padding = `{"p":"${'x'.repeat(before)}"}\n`;
      for (const end of ['', '\n', '\n{"q":1}\n'])
        expect(searched(`${padding}${write(name)}${end}`, [name, 'zeek'])).toContain(name);
    }
});

it('rules out what is a value, a part of a key or in other letters', () => {
  const line = JSON.stringify({
    b: 'zeek',
    zeeks: 1,
    'a.zeek': 'it is "zeek", is it',
    Zeek: ['zeek'],
    u: ' \u001f',
  });
  expect(searched(`${line}\n{"c":"\\u003czeek\\u003e \\u00e9"}\n`, ['zeek', 'zeeks'])).toEqual(['zeeks']);
});

it('gives up a name that keys of many records end as, and no other', () => {
  const line = (name: string) => `{"before.sixteen.letters.${name}":1}\n`;
  const names = ['another.sixteen.letters.zeek', 'zeek'];
  expect(searched(line('zeek').repeat(900), names)).toEqual([]);
  expect(searched(line('zeek').repeat(1100), names)).toEqual(names.slice(0, 1));
});

it('rules out nothing in lines that are too long', () => {
  expect(searched(`{"a":"${'x'.repeat(5_000_000)}"}`, ['zeek'])).toEqual(['zeek']);
});

it('finds each of very many names', () => {
  const many = Array.from({ length: 3000 }, (_, n) => `name${n}`);
  const line = `{${many.map((name) => `"${name}":1`).join(',')}}\n`;
  expect(searched(line, many)).toEqual(many);
  // Few that share their places with others are not looked for.
  expect(searched('{"b":1}\n', many).length).toBeLessThan(600);
});
