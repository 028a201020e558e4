import { expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { finding } from '../report/result.fixture.ts';
import { patternsOf } from './patterns.ts';
import { propose } from './propose.ts';

const day = 864_000_000_000n;

/** The same program at the same place on several days of one device. */
function habit(change: (index: number) => Partial<Finding> = () => ({}), times = 4): Finding[] {
  return Array.from({ length: times }, (_, index) => {
    const at = BigInt(index + 700_000) * day;
    const sent = { bytesSent: 1_000_000n + BigInt(index), bytesKnown: 3, connections: 3 };
    const base = finding({ id: `f${index}`, firstSeen: at, lastSeen: at + 1n, severity: 'low', ...sent });
    const entities = { ...base.entities, processFolder: 'C:\\Program Files\\b\\b.exe', destination: 'b.example' };
    return { ...base, entities, ...change(index) };
  });
}

function judged(findings: readonly Finding[], holds: Readonly<Record<string, readonly string[]>> = {}) {
  const [pattern] = patternsOf(findings);
  if (pattern === undefined) throw new Error('no pattern');
  const result = propose(pattern, 0, new Map(Object.entries(holds)));
  return 'why' in result ? result.why : result.when;
}

test('a habit is pinned to program, folder, parent, service, host, device, account and half as much again', () => {
  const when = judged(habit());
  for (const part of [
    'Process =~',
    'FolderPath startswith "C:\\\\Program Files\\\\b\\\\"',
    'ParentProcess',
    'DeviceName',
    'AccountName',
  ])
    expect(when).toContain(part);
  expect(when).toContain('RemoteHost == "b.example"');
  expect(when).toContain('BytesSent <= 1500004');
});

test.each(['renamed', 'place', 'unknown', 'script'])('nothing is proposed where one finding is %s', (guard) => {
  expect(judged(habit(), { f2: [guard] })).toMatch(/^it would hide/);
});

test('nothing is proposed for what is rare, goes to several hosts, is not counted, or is not steady', () => {
  expect(judged(habit(() => ({}), 2))).toMatch(/^seen on 2 days and 1 device: rare/);
  const elsewhere = habit().map((each, index) => ({
    ...each,
    entities: { ...each.entities, destination: `h${index}` },
  }));
  expect(judged(elsewhere)).toMatch(/several hosts/);
  expect(judged(habit((index) => (index === 1 ? { bytesSent: null, bytesKnown: 0 } : {})))).toMatch(/not known/);
  expect(judged(habit((index) => (index === 1 ? { bytesSent: 50_000_000n } : {})))).toMatch(/amounts differ/);
});

test('use that nobody is told of is no pattern', () => {
  expect(patternsOf(habit(() => ({ severity: 'informational' })))).toEqual([]);
});
