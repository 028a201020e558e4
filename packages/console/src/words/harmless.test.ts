import { expect, test } from 'vitest';
import { harmless } from './harmless.ts';

test('what steers a screen is shown, wherever it stands', () => {
  const answered = { rows: [{ 'a\u202e': 'gpj.exe\u202e\u0000', n: 3, none: null }], text: 'two\nlines' };
  expect(harmless(answered)).toEqual({
    rows: [{ 'a\\u{202e}': 'gpj.exe\\u{202e}\\u{0}', n: 3, none: null }],
    text: 'two\nlines',
  });
});
