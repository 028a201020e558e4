import fc from 'fast-check';
import { readRule } from '../rules/readRule.ts';
import type { Rule, Trigger } from '../rules/rule.ts';
import type { InlineRow } from './inlineRows.ts';
import type { Schedule } from './ticks.ts';

/** Random rules of every shape that a sweep takes, and rows for them. */

export const minute = 600_000_000n;
const start = 1_000_000n * minute;

export interface DrawnRow {
  readonly at: number;
  readonly lasts: number;
  readonly bytes: number | null;
  readonly port: number | null;
  readonly device: string;
  readonly process: string;
  readonly ip: string;
}

export const drawnRow: fc.Arbitrary<DrawnRow> = fc.record({
  at: fc.integer({ min: 0, max: 40 }),
  lasts: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 })),
  bytes: fc.option(fc.integer({ min: 0, max: 120 })),
  port: fc.option(fc.constantFrom(443, 80)),
  device: fc.constantFrom('ws-1', 'ws-2', 'ws-3'),
  process: fc.constantFrom('curl.exe', 'node.exe', ''),
  ip: fc.constantFrom('203.0.113.1', '203.0.113.2', '203.0.113.3'),
});

export function networkRow({ at, lasts, bytes, port, device, process, ip }: DrawnRow, index: number): InlineRow {
  const time = start + BigInt(at) * minute;
  return {
    Timestamp: time,
    EvidenceTime: time + BigInt(lasts) * minute,
    DeviceName: device,
    InitiatingProcessFileName: process,
    RemoteIP: ip,
    RemotePort: port,
    Service: 'Drop',
    BytesSent: bytes,
    EventId: `e${index}`,
  };
}

/** The same so late that a day ends while rows come. */
export function late(row: InlineRow): InlineRow {
  const moved = Object.entries(row).map(([name, value]) => {
    const isTime = typeof value === 'bigint' && (name === 'Timestamp' || name === 'EvidenceTime');
    return [name, isTime ? value + 775n * minute : value] as const;
  });
  return Object.fromEntries(moved);
}

/** A query over such rows. */
export function lateQuery(query: string): string {
  return query.replaceAll('datetime(0002-11-26 11:00)', 'datetime(0002-11-26 23:55)');
}

/** Some share their id with a row of the network. */
export function processRow({ at, lasts, device, process }: DrawnRow, index: number): InlineRow {
  return {
    Timestamp: start + BigInt(at) * minute,
    DeviceName: device,
    FileName: process,
    AccountName: 'ben',
    EventId: lasts > 5 ? `e${index}` : `p${index}`,
  };
}

const span = fc.integer({ min: 1, max: 45 }).map((minutes) => `${minutes}m`);

/** Conditions on the time of a row, by the name of its column. */
function timeBound(column: string): fc.Arbitrary<string> {
  return fc.oneof(
    span.map((by) => `| where ${column} > ago(${by})`),
    span.map((by) => `| where ${column} >= ago(${by})`),
    span.map((by) => `| where ago(${by}) <= ${column}`),
    span.map((by) => `| where ${column} < ago(${by})`),
    span.map((by) => `| where ${column} <= now() - ${by}`),
    span.map((by) => `| where now() - ${column} < ${by}`),
    span.map((by) => `| where ${by} <= now() - ${column}`),
    span.map((by) => `| extend Since = ago(${by}) | where ${column} + 2m > Since`),
    fc.tuple(span, span).map(([one, other]) => `| where ${column} between (ago(${one}) .. ago(${other}))`),
    fc.constant(`| where ${column} == bin(${column}, 2m) and ${column} <= now()`),
    fc.constant(''),
  );
}

const network = fc
  .tuple(
    timeBound('EvidenceTime'),
    timeBound('Timestamp'),
    fc.constantFrom(
      '',
      '| where BytesSent > 30',
      '| where isnotempty(InitiatingProcessFileName)',
      '| extend Kind = iff(BytesSent > 60, "large", "small")\n| where Kind == "large"',
      '| mv-expand Part = dynamic([1, 2]) to typeof(long) | where BytesSent > Part * 20',
    ),
  )
  .map(([one, other, row]) => ['DeviceNetworkEvents', one, other, row].filter((line) => line !== '').join('\n'));

const processes = timeBound('Timestamp').map((bound) =>
  ['DeviceProcessEvents', bound, '| where FileName != ""'].filter((line) => line !== '').join(' '),
);

const aggregates: Readonly<Record<string, readonly string[]>> = {
  'count()': ['> 1', '>= 2', '== 1', '< 3'],
  'countif(BytesSent > 50)': ['> 0', '== 1', '< 1'],
  'sum(BytesSent)': ['> 100', '< 80', '== 0'],
  'sumif(BytesSent, RemotePort == 443)': ['> 60', '< 10'],
  'sum(RemotePort)': ['> 500'],
  'avg(BytesSent)': ['> 50.0', '< 40.5'],
  'dcount(RemoteIP)': ['> 1', '== 1'],
  'dcountif(RemoteIP, BytesSent > 40)': ['> 1', '< 1'],
  'count_distinct(BytesSent)': ['> 2'],
  'max(BytesSent)': ['> 90', '< 60'],
  'min(Timestamp)': ['< datetime(0002-11-26 11:00)', '> datetime(0002-11-26 11:00)'],
  'minif(RemoteIP, BytesSent > 20)': ['== "203.0.113.2"', '== ""'],
  'array_length(make_set(RemoteIP))': ['> 1'],
  'array_length(make_set_if(RemotePort, BytesSent > 50, 3))': ['== 1', '== 0'],
};

const tested = fc
  .constantFrom(...Object.entries(aggregates))
  .chain(([aggregate, tests]) => fc.constantFrom(...tests).map((test) => ({ aggregate, test })));

const by = fc.constantFrom(
  'DeviceName',
  'DeviceName, InitiatingProcessFileName',
  'InitiatingProcessFileName, RemotePort',
  'DeviceName, bin(Timestamp, 10m)',
  'RemoteIP, DeviceName',
);

/** `summarize` and what tests its aggregates. */
const summing = fc.tuple(fc.array(tested, { minLength: 1, maxLength: 3 }), by, fc.boolean()).map(([list, keys, or]) => {
  const columns = list.map(({ aggregate }, index) => {
    const inner = /^array_length\((.*)\)$/.exec(aggregate)?.[1];
    return `A${index} = ${inner ?? aggregate}`;
  });
  const tests = list.map(({ aggregate, test }, index) =>
    aggregate.startsWith('array_length') ? `array_length(A${index}) ${test}` : `A${index} ${test}`,
  );
  return `| summarize ${columns.join(', ')}, Last = max(Timestamp) by ${keys}\n| where ${tests.join(or ? ' or ' : ' and ')}`;
});

const kinds = fc.constantFrom(
  'inner',
  'leftouter',
  'leftanti',
  'leftsemi',
  'rightouter',
  'fullouter',
  'rightanti',
  'rightsemi',
);

/** Of a right semi or anti join only the right side is left. */
const meeting = fc
  .tuple(network, kinds, processes)
  .map(([rows, kind, other]) =>
    /^right(semi|anti)/.test(kind)
      ? `${other}\n| join kind=${kind} (${rows.replaceAll('\n', ' ')}) on DeviceName`
      : `${rows}\n| join kind=${kind} (${other}) on DeviceName`,
  );

const membership = fc
  .tuple(network, fc.constantFrom('in', '!in', 'in~'), processes)
  .map(([rows, operator, other]) => `${rows}\n| where DeviceName ${operator} ((${other} | distinct DeviceName))`);

const united = fc.tuple(network, network, processes, fc.boolean()).map(([one, other, third, more]) => {
  const last = more ? `, (${third})` : '';
  return `union (${one.replaceAll('\n', ' ')}), (${other.replaceAll('\n', ' ')})${last}`;
});

const shared = fc
  .tuple(network, processes)
  .map(
    ([rows, other]) =>
      `let Seen = materialize(${rows.replaceAll('\n', ' ')});\nSeen\n| join kind=leftsemi (${other}) on DeviceName\n| union Seen`,
  );

const standing = fc
  .tuple(network, fc.constantFrom('inner', 'leftouter', 'leftanti'))
  .map(
    ([rows, kind]) =>
      `${rows}\n| join kind=${kind} (datatable(DeviceName: string, Role: string)["ws-1", "server", "ws-1", "other", "ws-2", "laptop"]) on DeviceName`,
  );

/** What is looked at in rows that met others; the last gives what they met by another name. */
const after = fc.constantFrom(
  '',
  '',
  '\n| where BytesSent > 20 | extend Large = BytesSent > 60',
  '\n| where EvidenceTime > ago(7m)',
  '\n| extend Host = DeviceName | project-away DeviceName | extend DeviceName = iff(BytesSent > 40, Host, "")',
);
const followed = (query: fc.Arbitrary<string>) => fc.tuple(query, after).map(([text, more]) => text + more);

/** Queries whose rows have the columns of the network. */
const rows = fc.oneof(
  { weight: 3, arbitrary: network },
  { weight: 3, arbitrary: followed(meeting) },
  followed(membership),
  united,
  shared,
  standing,
);

const groups = fc.tuple(rows, summing).map(([one, other]) => `${one}\n${other}`);

/** What is counted in one table looks at, or is looked at by, another. */
const groupsMeeting = fc
  .tuple(
    network,
    summing,
    fc.constantFrom('inner', 'leftanti', 'leftsemi', 'leftouter'),
    network,
    summing,
    fc.boolean(),
  )
  .map(([one, sums, kind, other, otherSums, grouped]) => {
    const right = grouped ? `${other}\n${otherSums}` : other;
    return `${one}\n${sums}\n| join kind=${kind} (${right}) on ${/by (RemoteIP|.*InitiatingProcessFileName)/.test(sums + otherSums) ? '$left.Last == $right.Last' : 'DeviceName'}`;
  })
  .filter((text) => !text.includes('$left.Last') || (text.match(/Last = max/g) ?? []).length === 2);

/** What a rule knows of days that are over. */
const remembering = fc
  .tuple(network, fc.constantFrom('leftouter', 'leftanti', 'inner'), fc.constantFrom('> 1', '< 2'))
  .map(
    ([rows, kind, test]) =>
      `${rows}\n| join kind=${kind} (EgressDaily | summarize Known = sum(Connections) by DeviceName | where Known ${test}) on DeviceName`,
  );

const query = fc.oneof(
  { weight: 2, arbitrary: rows },
  { weight: 1, arbitrary: remembering },
  { weight: 5, arbitrary: groups },
  { weight: 1, arbitrary: groupsMeeting },
);

const schedule: fc.Arbitrary<Schedule & { readonly period: bigint }> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }))
  .map(([frequency, period]) => ({ frequency: BigInt(frequency) * minute, period: BigInt(period) * minute }));

const trigger: fc.Arbitrary<Trigger> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Trigger>({ operator: 'GreaterThan', threshold: 0 }) },
  fc.constantFrom<Trigger>(
    { operator: 'GreaterThan', threshold: 1 },
    { operator: 'GreaterThan', threshold: 2 },
    { operator: 'Equal', threshold: 2 },
    { operator: 'NotEqual', threshold: 0 },
  ),
);

const key = fc.constantFrom<string[]>(
  ['DeviceName', 'InitiatingProcessFileName', 'Service'],
  ['DeviceName'],
  ['DeviceName', 'A0'],
  ['NoSuchColumn'],
);

/** Columns that alerts tell. */
const told = fc.constantFrom<string[]>(
  [],
  ['Last'],
  ['A0', 'InitiatingProcessFileName'],
  ['A0', 'A1', 'A2'],
  ['BytesSent', 'NoSuchColumn'],
);

/** Rules over the network alone: row-wise ones, and others that groups or moments make general. */
export const ofOneTable = fc.record({
  query: fc.oneof(
    span.map((by) => `DeviceNetworkEvents\n| where EvidenceTime > ago(${by}) and BytesSent > 30`),
    network,
    { weight: 3, arbitrary: fc.tuple(network, summing).map(([one, other]) => `${one}\n${other}`) },
    // Found often, so that what is given up and what is found anew shows.
    {
      weight: 5,
      arbitrary: fc
        .constantFrom('> 1', '== 2', '< 3', '!= 2')
        .map((test) => `DeviceNetworkEvents\n| summarize A0 = count() by DeviceName\n| where A0 ${test}`),
    },
  ),
  schedule,
  trigger,
  key,
  told: fc.constant<string[]>([]),
});

/** Windowed rules: groups of bins that a look-back holds whole, some of them of no port, and found so often that what is
 *  given up and what is found anew shows. */
export const ofGroups = fc
  .record({
    where: fc.constantFrom('', '| where BytesSent > 30', '| extend Kind = iff(BytesSent > 60, "large", "small")'),
    by: fc.constantFrom('DeviceName', 'RemotePort', 'InitiatingProcessFileName, RemotePort'),
    bin: fc.constantFrom(5n, 10n, 20n),
    test: fc.constantFrom('A0 > 1', 'A0 >= 3', 'A1 > 1', 'A0 > 1 or A2 > 90'),
    key: fc.constantFrom<string[]>(['DeviceName'], ['RemotePort'], ['NoSuchColumn'], ['A0']),
    bound: fc.constantFrom(undefined, 0n, 7n),
    every: fc.constantFrom(1n, 5n),
    more: fc.constantFrom(5n, 13n),
  })
  .map(({ where, by, bin, test, key, bound, every, more }) => {
    const age = bound === undefined ? '' : `| where EvidenceTime > ago(${bin + 5n + bound}m)`;
    const sums = 'A0 = count(), A1 = dcount(RemoteIP), A2 = max(BytesSent)';
    return {
      query: `DeviceNetworkEvents\n${age}\n${where}\n| summarize ${sums} by ${by}, bin(EvidenceTime, ${bin}m)\n| where ${test}`,
      schedule: { frequency: every * minute, period: (bin + more) * minute },
      trigger: { operator: 'GreaterThan', threshold: 0 } as Trigger,
      key,
      told: [] as string[],
    };
  });

export const drawnRule = fc.record({ query, schedule, trigger, key, told });

/** What a rule knows of days that are over and sums twice. */
const sumsOfSums = fc.constantFrom(
  'summarize Sent = sum(BytesSent), Counted = countif(isnotnull(BytesSent)) by Day, DeviceName, InitiatingProcessFileName | summarize Known = dcount(Day), Most = max(iff(Counted > 0, Sent, long(null))) by DeviceName | where Most > 60 or isnull(Most)',
  'summarize Of = sum(Connections) by DeviceName, InitiatingProcessFileName | where Of < 4 | summarize Known = count() by DeviceName',
);

export const ofHistory = fc.record({
  query: fc
    .tuple(network, fc.constantFrom('leftouter', 'leftanti', 'inner'), sumsOfSums, fc.constantFrom('> 0', '< 2'))
    .map(
      ([rows, kind, history, test]) =>
        `${rows}\n| join kind=${kind} (EgressDaily | ${history} | where Known ${test}) on DeviceName`,
    ),
  schedule,
  trigger,
  key,
  told,
});

export function ruleOf(drawn: typeof drawnRule extends fc.Arbitrary<infer Drawn> ? Drawn : never): Rule {
  const rule = readRule('rule.kql', drawn.query);
  const finding = { ...rule.weir.finding, key: drawn.key };
  const customDetails = Object.fromEntries(drawn.told.map((column) => [column, column]));
  const { schedule, trigger } = drawn;
  return { ...rule, schedule, trigger, customDetails, weir: { ...rule.weir, finding } };
}
