import { describe, expect, it } from 'vitest';
import { diagnosticAt, renderDiagnostic } from './diagnostics.ts';

const fields = { code: 'WK001', severity: 'error', message: 'No.' } as const;

function rendered(text: string, word: string, length = word.length, advice?: string): string {
  return renderDiagnostic(text, diagnosticAt(text, { start: text.indexOf(word), length }, { ...fields, advice }));
}

describe('renderDiagnostic', () => {
  it('puts the caret under the place', () => {
    expect(rendered('T | where bad', 'bad', 3, 'Write good.')).toBe(
      ['error WK001: No.', '  |', '1 | T | where bad', '  |           ^^^', '  = Write good.'].join('\n'),
    );
  });

  it('keeps tabs, so that the caret stands right in a terminal', () => {
    expect(rendered('T\n\t| where\tbad', 'bad')).toBe(
      ['error WK001: No.', '  |', '2 | \t| where\tbad', '  | \t       \t^^^'].join('\n'),
    );
  });

  it('shows no carriage return', () => {
    expect(rendered('T\r\n| where bad\r\n', 'bad')).toBe(
      ['error WK001: No.', '  |', '2 | | where bad', '  |         ^^^'].join('\n'),
    );
  });

  it('marks the first line of a place of several', () => {
    expect(rendered('T\n| where bad\n  and worse', 'bad', 20)).toBe(
      ['error WK001: No.', '  |', '2 | | where bad', '  |         ^^^'].join('\n'),
    );
  });

  it('shows of a long line the part around the place', () => {
    const text = `T | where a in (${'1, '.repeat(50_000)}bad, ${'2, '.repeat(50_000)})`;
    const [, , line = '', caret = ''] = rendered(text, 'bad').split('\n');
    expect([line.length < 200, line.startsWith('1 | …1'), line.endsWith('…')]).toEqual([true, true, true]);
    expect(line.indexOf('bad')).toBe(caret.indexOf('^^^'));
    expect(rendered(text, 'where').split('\n')[2]).toMatch(/^1 \| T \| where .*…$/);
  });

  it('marks the end of the text with one caret', () => {
    const text = 'T |';
    const diagnostic = diagnosticAt(text, { start: 3, length: 0 }, fields);
    expect(diagnostic).toMatchObject({ line: 1, column: 4 });
    expect(renderDiagnostic(text, diagnostic).split('\n').at(-1)).toBe('  |    ^');
  });

  it('widens the margin for long queries', () => {
    const text = `${'//\n'.repeat(99)}bad`;
    expect(rendered(text, 'bad')).toBe(['error WK001: No.', '    |', '100 | bad', '    | ^^^'].join('\n'));
  });
});
