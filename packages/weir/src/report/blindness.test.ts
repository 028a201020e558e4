import { describe, expect, it, test } from 'vitest';
import type { Blindness, RuleRun } from '../model/finding.ts';
import { blindnessText } from './blindness.ts';
import { renderHtml } from './html/report.ts';
import { at, blindness, scanResult } from './result.fixture.ts';
import { scanToJson } from './scanFormats.ts';
import { renderScan } from './terminal.ts';

const nowhere = { count: 0, most: [], alone: false };

test.each<[Partial<Blindness>, string]>([
  [
    {},
    'no bytes for 61 of 120 connections that left (none at all of wks-01, wks-02, wks-03 and 1 other host: told by endpoint logs alone; none in 2026-11-21 02:00 to 05:00 UTC)',
  ],
  [{ hosts: nowhere, spans: [] }, 'no bytes for 61 of 120 connections that left'],
  [
    { need: 'name', hosts: { count: 1, most: [''], alone: false }, spans: [] },
    'no name for 61 of 120 connections that left (none at all of a device without a name)',
  ],
  [{ need: 'process', known: 0 }, 'no process for any of 120 connections that left (told by network logs alone)'],
  [{ known: 0, connections: 1, hosts: nowhere }, 'no bytes for the one connection that left'],
  [{ known: 0, connections: 0 }, 'no connection that left'],
])('%j is told as: %s', (change, text) => {
  expect(blindnessText(blindness(change))).toBe(text);
});

it('tells spans in the order of time, not of their length', () => {
  const spans = [
    { from: at('2026-11-21T10:00:00Z'), until: at('2026-11-21T13:35:00Z') },
    { from: at('2026-11-21T07:00:00Z'), until: at('2026-11-21T08:55:00Z') },
  ];
  expect(blindnessText(blindness({ hosts: nowhere, spans }))).toBe(
    'no bytes for 61 of 120 connections that left (none in 2026-11-21 07:00 to 08:55, 2026-11-21 10:00 to 13:35 UTC)',
  );
});

describe('a scan with rules that were blind', () => {
  const [run] = scanResult().runs;
  const named = (name: string, findings: number, blind: Blindness[]): RuleRun => ({
    ...(run as RuleRun),
    name,
    findings,
    blind,
  });
  const part = blindness({ spans: [] });
  const result = scanResult({
    findings: [],
    runs: [
      named('Large', 0, [part]),
      named('Bulk', 2, [part, blindness({ need: 'process', known: 0 })]),
      named('Mail', 0, [
        blindness({ need: 'process', known: 0 }),
        blindness({ need: 'name', known: 0, hosts: nowhere }),
      ]),
      named('Chat', 0, [blindness({ need: 'name', known: 0, declared: false, hosts: nowhere })]),
      named('Names', 0, [blindness({ need: 'name', known: 0, hosts: nowhere })]),
      named('Servers', 0, [blindness({ need: 'name', known: 0, hosts: nowhere })]),
      named('Calm', 0, []),
    ],
  });

  it('says so on the terminal: what cannot fire, and one line for all rules that lacked the same', () => {
    const text = renderScan(result, { width: 400, color: false });
    const lines = text
      .slice(text.indexOf('Rules'))
      .split('\n')
      .map((line) => line.trim());
    const wide = lines.join(' ').replace(/\s+/g, ' ');
    expect(wide).toContain(
      'blind Mail: no process for any of 120 connections that left (told by network logs alone) and no name for any of 120 connections that left, without which it cannot fire',
    );
    expect(wide).toContain(
      'blind Names; Servers: no name for any of 120 connections that left, without which they cannot fire',
    );
    expect(wide).toContain('quiet Large; Chat; Calm');
    expect(wide).toMatch(/partly blind no bytes for 61 of 120 [^.]+\. Needed by Large; Bulk/);
    expect(wide).toContain(
      'partly blind no process for any of 120 connections that left (told by network logs alone). Needed by Bulk',
    );
    expect(wide).toContain('partly blind no name for any of 120 connections that left. Needed by Chat');
  });

  it('and on the page, a rule at a time', () => {
    const page = renderHtml(result, { timeline: null }).replace(/\s+/g, ' ');
    expect(page).toMatch(/Large.*quiet, partly blind<span class="note">no bytes for 61 of 120/);
    expect(page).toMatch(/Mail.*>blind<span class="note">no process for any of 120/);
    expect(page).toMatch(/2 findings<span class="note">no bytes for 61 of 120/);
  });

  it('and in JSON, with times as text', () => {
    expect(JSON.parse(scanToJson(scanResult({ runs: [named('Large', 0, [blindness()])] }))).runs[0].blind).toEqual([
      {
        need: 'bytes',
        declared: true,
        connections: 120,
        known: 59,
        hosts: { count: 4, most: ['wks-01', 'wks-02', 'wks-03', 'wks-04'], alone: true },
        spans: [{ from: '2026-11-21T02:00:00.0000000Z', until: '2026-11-21T05:00:00.0000000Z' }],
      },
    ]);
  });
});
