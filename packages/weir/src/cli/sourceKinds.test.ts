import { describe, expect, it } from 'vitest';
import { formats } from '../normalize/formats.ts';
import { sourceKinds } from './sourceKinds.ts';

const lines = sourceKinds.flatMap(({ formats: members }) => Object.entries(members));

describe('the overview of weir sources', () => {
  it('has every format once', () => {
    expect(lines.map(([id]) => id).sort()).toEqual(formats.map(({ id }) => id).sort());
  });

  it.each(formats.map(({ id, gives, lacks }) => ({ id, gives: gives.join('\n'), lacks: lacks.join('\n') })))(
    'tells of $id no more and no less than its own words do',
    ({ id, gives, lacks }) => {
      const line = lines.find(([each]) => each === id)?.[1] ?? [];
      for (const [at, word] of [
        /\bprocess|\bapp,/,
        /\baccount/,
        /\bdevice/,
        /\bnames?\b|\bDNS answers/,
        /\bbytes\b/,
      ].entries()) {
        const lacked = new RegExp(`^(process, (account, )?)?${word.source}`, 'm').test(lacks);
        if (line[at] === '–')
          expect([word, gives.replace(/bytes to the client.*/, '')]).not.toEqual([word, expect.stringMatching(word)]);
        else expect([word, gives]).toEqual([word, expect.stringMatching(word)]);
        if (line[at] === 'yes') expect([word, lacked]).toEqual([word, false]);
      }
    },
  );
});
