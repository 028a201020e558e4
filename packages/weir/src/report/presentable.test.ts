import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible } from './harmless.ts';
import { maskSecrets } from './mask.ts';
import { mapTexts, masked, readable } from './presentable.ts';

const texts = fc.array(
  fc.oneof(
    fc.constantFrom(
      'device',
      'tool --password=hunter22 --verbose',
      '',
      '__proto__',
      'a\u001b[31mb',
      'https://a:b4@c.example',
    ),
    fc.string(),
  ),
);

describe('mapTexts', () => {
  it('changes each text of a value, values and names of members alike, wherever and however often it stands', () => {
    fc.assert(
      fc.property(texts, fc.func(fc.string()), (list, drawn) => {
        const change = (text: string): string => drawn(text);
        const nested = { list, deep: [{ list: [...list].reverse() }], n: 1n, none: null, absent: undefined };
        const expected = list.map(change);
        expect(mapTexts(list, change)).toEqual(expected);
        const members = list.map((text) => [text, text] as const);
        const changed = members.map(([text]) => [change(text), change(text)] as const);
        expect(mapTexts(Object.fromEntries(members), change)).toEqual(Object.fromEntries(changed));
        const keep = new Set(['list', 'deep', 'n', 'none', 'absent']);
        const values = (text: string): string => (keep.has(text) ? text : change(text));
        expect(mapTexts(nested, values)).toEqual({
          ...nested,
          list: list.map(values),
          deep: [{ list: [...list].reverse().map(values) }],
        });
      }),
    );
  });

  it('masks and makes harmless what the same functions do text by text', () => {
    fc.assert(
      fc.property(texts, (list) => {
        expect(masked(list)).toEqual(list.map((text) => maskSecrets(text)));
        expect(readable(list)).toEqual(list.map((text) => visible(maskSecrets(text))));
      }),
    );
  });

  it('says by how much a text was cut', () => {
    const [shown = ''] = readable(['€'.repeat(1_600)]);
    expect(shown).toBe(`${'€'.repeat(1_500)}… (100 more characters; --format json has them)`);
  });
});
