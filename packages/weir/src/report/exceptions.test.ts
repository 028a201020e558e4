import { describe, expect, test } from 'vitest';
import type { Exception, ExceptionUse } from '../model/exception.ts';
import { exceptionNotes, hiddenLine } from './exceptions.ts';
import { renderHtml } from './html/report.ts';
import { at, finding, scanResult } from './result.fixture.ts';
import { scanToJson } from './scanFormats.ts';
import { renderScan } from './terminal.ts';

const exception = (change: Partial<Exception> = {}): Exception => ({
  id: 'nightly',
  name: 'Nightly backup',
  rules: null,
  when: 'DeviceName == "bk-1"',
  names: true,
  owner: 'backup@example.org',
  reason: 'ours',
  created: at('2026-01-01'),
  expires: at('2026-12-01'),
  place: 'e.yaml:2:5',
  ...change,
});

const use = (change: Partial<ExceptionUse> = {}): ExceptionUse => ({
  exception: exception(),
  state: 'applied',
  why: '',
  hides: [],
  confirmed: [],
  outlived: 0,
  ending: 'later',
  ...change,
});

const [one, other] = [finding({ id: 'a' }), finding({ id: 'b', severity: 'low' })];

test('counts each finding once, by the exceptions that hide some', () => {
  const uses = [use({ hides: [one, other] }), use({ exception: exception({ id: 'more' }), hides: [one] }), use()];
  const hidden = [
    { finding: one, by: ['nightly', 'more'] },
    { finding: other, by: ['nightly'] },
  ];
  expect(hiddenLine(hidden, uses)).toBe('2 findings hidden by 2 exceptions');
  expect(hiddenLine([], [use({ state: 'refused', hides: [one] })])).toBe(
    'nothing, by 1 exception; 1 exception refused',
  );
  expect(hiddenLine([], [])).toBe('');
});

describe('says of an exception', () => {
  test.each<[string, Partial<ExceptionUse>, string]>([
    [
      'how grave what it hides is',
      { hides: [one, other] },
      'hides 2 findings (1 high, 1 low): Nightly backup; until 2026-12-01',
    ],
    [
      'that it ends',
      { hides: [one], ending: 'soon' },
      'hides 1 finding (1 high): Nightly backup; ends soon, on 2026-12-01: what comes then is shown; backup@example.org decides',
    ],
    [
      'that it ended, and what came since',
      { hides: [one], outlived: 2, ending: 'ended' },
      'hides 1 finding (1 high): Nightly backup; ended on 2026-12-01: what it hid stays hidden, 2 findings since are shown',
    ],
    [
      'by whose leave it hides confirmed cases',
      {
        exception: exception({ override: { reason: 'a drill', by: 'ciso' } }),
        hides: [one, other],
        confirmed: [one],
      },
      'hides 2 findings (1 high, 1 low), 1 of them confirmed as true, by leave of ciso (a drill): Nightly backup; until 2026-12-01',
    ],
    [
      'why it was refused',
      { state: 'refused', why: 'it is wide', hides: [one] },
      'refused, so it hides nothing; it meets 1 finding (1 high): it is wide',
    ],
    ['that it met nothing', {}, 'met no finding'],
    ['that its rule did not run', { state: 'elsewhere' }, 'not for a rule that ran'],
  ])('%s', (_, change, text) => {
    expect(exceptionNotes([use(change)]).map((note) => note.text)).toEqual([text]);
  });
});

test('a scan counts and lists what is hidden, with hostile words made harmless', () => {
  const hostile = exception({ name: '\u001b[31m<script>alert(1)</script>' });
  const scan = {
    ...scanResult(),
    hidden: [{ finding: finding({ id: 'hidden-1', title: 'what was hidden' }), by: ['nightly'] }],
    exceptions: [use({ exception: hostile, hides: [one] })],
  };
  const terminal = renderScan(scan, { width: 120, color: false });
  expect(terminal).toContain('Hidden    1 finding hidden by 1 exception');
  expect(terminal).not.toContain('\u001b');
  const page = renderHtml(scan, { timeline: null });
  expect(page).toContain('1 finding hidden by 1 exception');
  expect(page).toContain('what was hidden');
  expect(page).not.toContain('<script');
  expect(JSON.parse(scanToJson(scan))).toMatchObject({
    hidden: [{ id: 'hidden-1', hiddenBy: ['nightly'] }],
    exceptions: [{ id: 'nightly', hides: 1, findings: ['a'], rules: 'all', ending: 'later' }],
  });
});
