import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memberOf, objectsIn } from './jsonValues.ts';

it('finds the objects of a body and their members where JSON.parse does', () =>
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 4 }), (objects) => {
      const bytes = Buffer.from(objects.map((object) => JSON.stringify(object)).join('\n'));
      const spans = [...objectsIn(bytes)];
      expect(spans.length).toBe(objects.length);
      for (const [index, span] of spans.entries()) {
        if (span === 'broken') throw new Error('broken');
        for (const [key, value] of Object.entries(JSON.parse(bytes.toString('utf8', span.start, span.end)))) {
          const found = memberOf(bytes, span, key);
          expect(JSON.parse(bytes.toString('utf8', found?.start, found?.end))).toEqual(value);
        }
        expect(objects[index]).toBeDefined();
      }
    }),
  ));

it('ends on any bytes', () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', '"', ':', ',', '\\', 'a', ' ') }), (text) => {
      const bytes = Buffer.from(text);
      memberOf(bytes, { start: 0, end: bytes.length }, 'a');
      expect([...objectsIn(bytes)].length).toBeLessThanOrEqual(text.length);
    }),
  ));
