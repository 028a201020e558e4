import type { Line, Support } from './support.ts';

const differences = [
  '`dcount` counts exactly, where Kusto estimates; its accuracy argument is taken and means nothing.',
  '`percentile` over many rows is exact, where Kusto estimates.',
  'Sketches (`hll`, `tdigest`) are exact, and can be read only inside of the query: one that a result would show is refused.',
  'Where Kusto leaves the answer open (rows of `take` and `sample`, the order of `make_set`, the left row that the default join keeps) the answer is one of those that Kusto may give.',
  '`render` is taken and says nothing about rows; hints (`hint.…`) are taken and mean nothing.',
  'Of `set` statements those that steer the cluster are taken and mean nothing.',
  '`ingestion_time()` is the column `ArrivedAt`.',
  '`externaldata` and watchlists hold what the caller hands in; nothing is read from the network.',
  '`bag_unpack` and `pivot` have columns that depend on the data: write them out, or let `compileAsking` ask.',
  '`find` packs columns whatever they hold (`pack_`), nulls and empty texts too.',
  'Functions marked "constants only" are computed while compiling.',
];

/** The support matrix as Markdown. */
export function document({ operators, plugins, aggregates, functions }: Support): string {
  return [
    '# What of KQL is compiled',
    '',
    'Written by `npm run support`, which compiles a query for each operator and a call for each signature of each built-in',
    "function that Microsoft's parser knows. **yes**: every signature; **partly**: some, the note says what not; **constants",
    'only**: of values known while compiling; **no**: refused by name and place.',
    '',
    '## Differences to Kusto',
    '',
    ...differences.map((line) => `- ${line}`),
    ...section('Tabular operators and statements', operators),
    ...section('Plug-ins of `evaluate`', plugins),
    ...section('Aggregates', aggregates),
    ...section('Scalar functions', functions),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly Line[]): readonly string[] {
  const count = (dialect: 'duckdb' | 'clickhouse') => lines.filter((line) => line[dialect] !== 'no').length;
  return [
    '',
    `## ${title}`,
    '',
    `${count('duckdb')} of ${lines.length} on DuckDB, ${count('clickhouse')} on ClickHouse.`,
    '',
    '| name | DuckDB | ClickHouse | note |',
    '|---|---|---|---|',
    ...lines.map(({ name, duckdb, clickhouse, note }) => `| \`${name}\` | ${duckdb} | ${clickhouse} | ${cell(note)} |`),
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
