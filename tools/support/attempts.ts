import type { BuiltIn, Parameter } from './builtIns.ts';

/** The table that the attempts read: a column of each type, by the type's name. */
export const schema = {
  tables: {
    T: (['bool', 'int', 'long', 'real', 'decimal', 'datetime', 'timespan', 'string', 'guid', 'dynamic'] as const).map(
      (type) => ({ name: `a_${type}`, type }),
    ),
  },
};

/** What is handed in for `externaldata`. */
export const external = { 'https://lists.example/names.csv': { rows: [] } };

const literals: Readonly<Record<string, string>> = {
  bool: 'true',
  int: 'int(1)',
  long: '1',
  real: '1.5',
  decimal: 'decimal(1.5)',
  datetime: 'datetime(2026-01-01)',
  timespan: '1h',
  string: '"(a)"',
  guid: 'guid(00000000-0000-0000-0000-000000000001)',
  dynamic: 'dynamic([1, 2])',
  type: 'typeof(string)',
};

/** A type that a parameter of each kind takes. */
const kinds: Readonly<Record<string, string>> = {
  Integer: 'long',
  RealOrDecimal: 'real',
  StringOrDynamic: 'string',
  StringOrArray: 'string',
  IntegerOrArray: 'long',
  DynamicArray: 'dynamic',
  DynamicBag: 'dynamic',
  Number: 'long',
  NumberOrBool: 'long',
  Summable: 'long',
  Orderable: 'long',
  NotRealOrBool: 'long',
  NotDynamic: 'string',
  NotBool: 'long',
  CommonNumber: 'long',
  CommonSummable: 'long',
  CommonOrderable: 'long',
};

/** Whole queries: for functions over sketches, which may not be seen in a result, and over all columns. */
export const whole: Readonly<Record<string, string>> = {
  dcount_hll: 'T | summarize h = hll(a_long) | project x = dcount_hll(h)',
  hll: 'T | summarize h = hll(a_long) | project x = dcount_hll(h)',
  hll_if: 'T | summarize h = hll_if(a_long, a_bool) | project x = dcount_hll(h)',
  hll_merge: 'T | summarize h = hll(a_long) by a_string | summarize h = hll_merge(h) | project x = dcount_hll(h)',
  merge_tdigest:
    'T | summarize d = tdigest(a_long) by a_string | summarize d = merge_tdigest(d) | project x = percentile_tdigest(d, 50)',
  percentile_tdigest: 'T | summarize d = tdigest(a_long) | project x = percentile_tdigest(d, 50)',
  percentiles_array_tdigest: 'T | summarize d = tdigest(a_long) | project x = percentiles_array_tdigest(d, 50, 90)',
  percentrank_tdigest: 'T | summarize d = tdigest(a_long) | project x = percentrank_tdigest(d, 5)',
  pack_all: 'T | project a_long, a_string | extend x = pack_all(), y = pack_all(true)',
  rank_tdigest: 'T | summarize d = tdigest(a_long) | project x = rank_tdigest(d, 5)',
  tdigest: 'T | summarize d = tdigest(a_long) | project x = percentile_tdigest(d, 50)',
  tdigest_merge:
    'T | summarize d = tdigest(a_long) by a_string | summarize d = tdigest_merge(d) | project x = percentile_tdigest(d, 50)',
};

interface Calls {
  readonly columns: readonly string[];
  readonly constants: readonly string[];
}

/** Calls of functions whose arguments must hold words that a signature does not tell. */
export const written: Readonly<Record<string, Calls>> = Object.fromEntries(
  Object.entries({
    around: ['around(a_long, 1, 2)', 'around(a_real, 1, 2)', 'around(a_datetime, datetime(2026-01-01), 1h)'],
    bag_merge: ['bag_merge(a_dynamic, a_dynamic)'],
    bag_remove_keys: ['bag_remove_keys(a_dynamic, dynamic(["a"]))'],
    coalesce: ['coalesce(a_string, "x")', 'coalesce(a_long, 1)'],
    convert_energy: ["convert_energy(a_real, 'Joule', 'Kilojoule')"],
    convert_volume: ["convert_volume(a_real, 'CubicMeter', 'Liter')"],
    extract_json: ['extract_json("$.a", a_string)'],
    extractjson: ['extractjson("$.a", a_string)'],
    format_datetime: ['format_datetime(a_datetime, "yyyy-MM-dd")'],
    format_timespan: ['format_timespan(a_timespan, "hh:mm:ss")'],
    hash: ['hash(a_string)', 'hash(a_string, 10)'],
    hash_combine: ['hash_combine(a_long, a_long)'],
    hash_many: ['hash_many(a_string, a_long)'],
    hash_xxhash64: ['hash_xxhash64(a_string)', 'hash_xxhash64(a_string, 10)'],
    jaccard_index: ['jaccard_index(a_dynamic, a_dynamic)'],
    max_of: ['max_of(a_long, 1)'],
    min_of: ['min_of(a_long, 1)'],
    pack_array: ['pack_array(a_long, a_string)'],
    parse_command_line: ['parse_command_line(a_string, "windows")'],
    percentile: ['percentile(a_long, 50)'],
    percentiles: ['percentiles(a_long, 50, 95)'],
    percentiles_array: ['percentiles_array(a_long, 50, 95)'],
    percentilesw: ['percentilesw(a_long, a_long, 50)'],
    percentilesw_array: ['percentilesw_array(a_long, a_long, 50)'],
    percentilew: ['percentilew(a_long, a_long, 50)'],
    set_difference: ['set_difference(a_dynamic, a_dynamic)'],
    set_union: ['set_union(a_dynamic, a_dynamic)'],
    split: ['split(a_string, ",")', 'split(a_string, ",", 0)'],
    strcat_array: ['strcat_array(a_dynamic, ",")'],
    strcat_delim: ['strcat_delim(",", a_string, a_long)'],
    translate: ['translate("a", "b", a_string)'],
  }).map(([name, columns]) => [name, { columns, constants: [] }]),
);

/** Calls of a function: of each signature without and with what may be left out, once over columns and once of
 *  constants. */
export function callsOf({ name, signatures }: BuiltIn): Calls {
  const calls = (column: boolean) => [
    ...new Set(
      signatures.flatMap((signature) =>
        [signature.filter(({ optional }) => !optional), signature].map(
          (parameters) => `${name}(${parameters.map((parameter) => argument(parameter, column)).join(', ')})`,
        ),
      ),
    ),
  ];
  return { columns: calls(true), constants: calls(false) };
}

function argument({ kind, types, constant, values }: Parameter, column: boolean): string {
  const [value] = values;
  if (value !== undefined) return /^[\d.]+$/.test(value) ? value : `'${value.replace(/^['"]|['"]$/g, '')}'`;
  const type = kind === 'Declared' ? (types[0] ?? 'string') : (kinds[kind] ?? 'string');
  if (kind === 'DynamicBag' && !column) return 'dynamic({"a": 1})';
  return column && !constant && type !== 'type' ? `a_${type}` : (literals[type] ?? '""');
}

/** One query for each tabular operator and statement, in the order of Microsoft's pages. */
export const operators: Readonly<Record<string, string>> = {
  as: 'T | as U | count',
  'assert-schema': 'T | assert-schema (a_long: long)',
  consume: 'T | consume',
  count: 'T | count',
  datatable: 'datatable(x: long)[1]',
  distinct: 'T | distinct a_string',
  evaluate: 'T | project a_dynamic | evaluate bag_unpack(a_dynamic) : (x: long)',
  'execute-and-cache': 'T | execute-and-cache',
  extend: 'T | extend x = 1',
  externaldata: 'externaldata(x: string)["https://lists.example/names.csv"]',
  facet: 'T | facet by a_string',
  find: 'find in (T) where a_string has "x"',
  fork: 'T | fork (count) (take 1)',
  getschema: 'T | getschema',
  'graph-match': 'T | make-graph a_string --> a_guid | graph-match (a)-[b]->(c) project b.a_long',
  'graph-to-table': 'T | make-graph a_string --> a_string | graph-to-table nodes',
  invoke: 'let f = (t: (a_long: long)) { t | count }; T | invoke f()',
  join: 'T | join T on a_string',
  limit: 'T | limit 1',
  lookup: 'T | lookup (T | distinct a_string) on a_string',
  'macro-expand': 'macro-expand entity_group [cluster("a").database("b")] as x (x.T)',
  'make-graph': 'T | make-graph a_string --> a_string',
  'make-series': 'T | make-series count() on a_datetime step 1h',
  'mv-apply': 'T | mv-apply a_dynamic on (count)',
  'mv-expand': 'T | mv-expand a_dynamic',
  order: 'T | order by a_long asc',
  parse: 'T | parse a_string with "a" x: long "b"',
  'parse-kv': 'T | parse-kv a_string as (x: string) with (pair_delimiter = ";", kv_delimiter = "=")',
  'parse-where': 'T | parse-where a_string with "a" x: long "b"',
  partition: 'T | partition by a_string (top 1 by a_long)',
  print: 'print 1',
  project: 'T | project a_long',
  'project-away': 'T | project-away a_long',
  'project-by-names': 'T | project-by-names "a_long"',
  'project-keep': 'T | project-keep a_long',
  'project-rename': 'T | project-rename x = a_long',
  'project-reorder': 'T | project-reorder a_string',
  range: 'range x from 1 to 3 step 1',
  reduce: 'T | reduce by a_string',
  render: 'T | render table',
  sample: 'T | sample 1',
  'sample-distinct': 'T | sample-distinct 1 of a_string',
  scan: 'T | sort by a_datetime asc | scan declare (n: long = 0) with (step s: true => n = s.n + 1;)',
  search: 'T | project a_string | search "x"',
  serialize: 'T | serialize',
  sort: 'T | sort by a_long asc',
  summarize: 'T | summarize count() by a_string',
  take: 'T | take 1',
  top: 'T | top 1 by a_long',
  'top-hitters': 'T | top-hitters 1 of a_string',
  'top-nested': 'T | top-nested 1 of a_string by count()',
  union: 'union T, T',
  where: 'T | where a_long > 0',
  'statement: alias': 'alias database x = cluster("a").database("b"); T',
  'statement: declare pattern': 'declare pattern p = (x: string) { ("a") = { T }; }; p("a")',
  'statement: declare query_parameters': 'declare query_parameters (x: long = 1); T | where a_long == x',
  'statement: let': 'let x = 1; T | where a_long == x',
  'statement: restrict access': 'restrict access to (T); T',
  'statement: set': 'set notruncation; T',
};

/** A query for each plug-in that has a form of its own; the others are asked with no arguments. */
export const plugins: Readonly<Record<string, string>> = {
  active_users_count:
    'T | evaluate active_users_count(a_string, a_datetime, datetime(2026-01-01), datetime(2026-02-01), 3d, 1d, 2, 7d)',
  activity_counts_metrics:
    'T | evaluate activity_counts_metrics(a_string, a_datetime, datetime(2026-01-01), datetime(2026-02-01), 1d)',
  autocluster: 'T | evaluate autocluster()',
  bag_unpack: 'T | project a_dynamic | evaluate bag_unpack(a_dynamic) : (x: long)',
  basket: 'T | evaluate basket()',
  dcount_intersect: 'T | summarize h = hll(a_string), i = hll(a_string) | evaluate dcount_intersect(h, i)',
  diffpatterns: 'T | evaluate diffpatterns(a_string, "a", "b")',
  ipv4_lookup: 'T | project a_string | evaluate ipv4_lookup((T | project network = a_string), a_string, network)',
  ipv6_lookup: 'T | project a_string | evaluate ipv6_lookup((T | project network = a_string), a_string, network)',
  narrow: 'T | evaluate narrow()',
  pivot: 'T | project a_string, a_long | evaluate pivot(a_string, sum(a_long)) : (x: long)',
  rolling_percentile: 'T | evaluate rolling_percentile(a_long, 50, a_datetime, 1d, 2)',
  rows_near: 'T | sort by a_long asc | evaluate rows_near(a_bool, 1)',
  sliding_window_counts:
    'T | evaluate sliding_window_counts(a_string, a_datetime, datetime(2026-01-01), datetime(2026-02-01), 2d, 1d)',
};
