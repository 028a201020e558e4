import { expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { finding } from '../report/result.fixture.ts';
import { type ByDay, patternsOf } from './patterns.ts';
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

function judged(
  findings: readonly Finding[],
  holds: Readonly<Record<string, readonly string[]>> = {},
  byDay: ByDay = new Map(),
) {
  const [pattern] = patternsOf(findings, byDay);
  if (pattern === undefined) throw new Error('no pattern');
  const result = propose(pattern, new Map(Object.entries(holds)), new Set());
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
  expect(when).toContain('BytesSent <= 1500004 // 1.4 MiB');
  expect(when).not.toContain('dynamic');
});

test.each(['renamed', 'place', 'profile', 'unknown', 'script'])(
  'nothing is proposed where one finding is %s',
  (guard) => {
    expect(judged(habit(), { f2: [guard] })).toMatch(/^it would hide/);
  },
);

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
  expect(
    patternsOf(
      habit(() => ({ severity: 'informational' })),
      new Map(),
    ),
  ).toEqual([]);
});

test('a story of several days is held to its largest day, for each of its days', () => {
  const at = 700_000n * day;
  const [base] = habit();
  if (base === undefined) throw new Error('no finding');
  const story = { ...base, id: 'story', firstSeen: at, lastSeen: at + 2n * day, bytesSent: 2_600n };
  const when = judged([story], {}, new Map([['story', [800n, 1000n, 800n]]]));
  expect(when).toContain('BytesSent <= 1500 * (1 + datetime_diff("day", LastSeen, FirstSeen))');
  expect(judged([story])).toMatch(/not known/);
  expect(judged([story], {}, new Map([['story', [10n, 2580n, 10n]]]))).toMatch(/amounts differ from 10 B to .* a day/);
});

test('a place that the inventory does not call our own comes with a warning', () => {
  const [pattern] = patternsOf(habit(), new Map());
  if (pattern === undefined) throw new Error('no pattern');
  expect(propose(pattern, new Map(), new Set())).toHaveProperty('warning', expect.stringContaining('b.example'));
  expect(propose(pattern, new Map(), new Set(['b.example']))).not.toHaveProperty('warning');
});
