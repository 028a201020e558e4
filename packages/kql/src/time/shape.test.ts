import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import type { Schema } from '../types.ts';
import { shapeOf } from './shape.ts';

const schema: Schema = {
  tables: {
    T: [
      { name: 'Timestamp', type: 'datetime' },
      { name: 'EvidenceTime', type: 'datetime' },
      { name: 'Name', type: 'string' },
      { name: 'BytesSent', type: 'long' },
      { name: 'Balance', type: 'long' },
    ],
  },
};

const hour = 36_000_000_000n;
const schedule = { frequency: hour / 12n, period: 6n * hour };

function shape(text: string, over = schedule) {
  const { plan, diagnostics } = compile(text, { schema, dialect: 'duckdb' });
  if (plan === undefined) return expect.fail(JSON.stringify(diagnostics));
  return shapeOf(plan, { schedule: over, evidence: () => 'EvidenceTime' });
}

const hourly =
  'Sent = sum(BytesSent), N = count(), D = dcount(Timestamp), Last = max(Timestamp), B = sum(Balance) by Name, bin(EvidenceTime, 1h)';

test.each([
  ['T | where Timestamp > ago(1h) | where BytesSent > 5', 'row-wise'],
  ['T | where Timestamp < ago(1h)', 'general'],
  [`T | summarize ${hourly} | where Sent > 5 and (N >= 3 or D > 2)`, 'windowed'],
  [`T | where EvidenceTime > ago(2h) | summarize ${hourly} | where 5 < Sent | project Name, Sent`, 'windowed'],
  [`T | summarize ${hourly} | extend Kilo = Sent / 1024`, 'windowed'],
  [`union T, (T | where BytesSent > 9) | summarize ${hourly} | where Name != "a"`, 'windowed'],
])('%s: %s', (text, wanted) => {
  expect(shape(text).shape).toBe(wanted);
});

test.each([
  ['T | summarize N = count() by Name | where N > 3', /none of its groups is a bin of the time/],
  ['T | summarize N = count() by Name, bin(Timestamp, 1h)', /none of its groups is a bin of the time/],
  [`T | where EvidenceTime > ago(1h) | summarize ${hourly}`, /its look-back cuts its bins/],
  [`T | where Timestamp > ago(2h) | summarize ${hourly}`, /bounds them by another time/],
  [`T | summarize ${hourly} | where N < 3`, /more rows can make a condition over its groups untrue/],
  [`T | summarize ${hourly} | where B > 3`, /more rows can make a condition over its groups untrue/],
  [`T | summarize ${hourly} | extend Kilo = Sent / 1024 | where Kilo > 5`, /more rows can make a condition/],
  [`T | summarize ${hourly} | where now() > EvidenceTime`, /now\(\) is used for more/],
  ['T | summarize count()', /it groups rows/],
  [`T | summarize ${hourly} | take 5`, /it takes a number of rows/],
])('general: %s: %s', (text, reason) => {
  expect(shape(text)).toEqual({ shape: 'general', reason: expect.stringMatching(reason) });
});

test('a tick must come between the end of a bin and the end of its first row', () => {
  const text = `T | summarize ${hourly} | where N > 3`;
  expect(shape(text, { frequency: hour, period: hour }).shape).toBe('general');
  expect(shape(text, { frequency: hour, period: hour + 1n }).shape).toBe('windowed');
  expect(shape(text, { frequency: hour / 2n + 1n, period: hour + hour / 2n }).shape).toBe('general');
  expect(shape(text, { frequency: hour / 2n + 1n, period: hour + hour / 2n + 1n }).shape).toBe('windowed');
});
