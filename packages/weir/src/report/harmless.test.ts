import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, jsonText, visible } from './harmless.ts';

const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((c) => String.fromCodePoint(c)) });
const nastyText = fc
  .array(fc.oneof(anyText, fc.constantFrom('\u001b[2J', '\u009b31m', '\u202e', '\u200b', '\r\n', '=1+1', '\ud800')))
  .map((parts) => parts.join(''));

describe('visible', () => {
  it('shows what steers and keeps what does not', () => {
    expect(visible('\u001b[31mred\u001b[0m')).toBe('\\u{1b}[31mred\\u{1b}[0m');
    expect(visible('invoice\u202efdp.exe')).toBe('invoice\\u{202e}fdp.exe');
    expect(visible('line\nbreak')).toBe('line\\u{a}break');
    expect(visible('C:\\Users\\Zoë\\文書\\😀.zip')).toBe('C:\\Users\\Zoë\\文書\\😀.zip');
  });

  it('leaves no steering character, and a second time changes nothing', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(visible(text)).not.toMatch(steering);
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });
});

describe('csvCell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1'])('takes the formula out of %j', (text) => {
    expect(csvCell(text)).toMatch(/^'/);
  });

  it('never starts as a formula and holds no steering character', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(csvCell(text)).not.toMatch(/^[=+\-@]/);
        expect(csvCell(text)).not.toMatch(steering);
        expect(csvCell(csvCell(text))).toBe(csvCell(text));
      }),
    );
  });
});

describe('jsonText', () => {
  it('means the same and holds no steering character', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const json = jsonText({ [text]: text });
        expect(json).not.toMatch(steering);
        expect(JSON.parse(json)).toEqual({ [text]: text });
      }),
    );
  });

  it('keeps every digit of a long', () => {
    expect(jsonText([9_007_199_254_740_991n, 9_007_199_254_740_992n, -(2n ** 63n)])).toBe(
      '[9007199254740991,"9007199254740992","-9223372036854775808"]',
    );
  });
});
