import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Lake, Slice } from '../lake/lake.ts';
import { type Column, deviceNetworkEvents } from '../tables/index.ts';

/** Runs `work` with what gives the endpoint rows of a slice, each with what it does not know itself but the rows of other
 *  endpoint sensors do, which tell of the same connection (`fuse_twin`). `rows` are the rows of all slices while this is
 *  made ready, and those of one of them when they are asked for. */
export async function withFilledRows<Result>(
  lake: Lake,
  {
    rows,
    slices,
    known,
  }: { readonly rows: string; readonly slices: readonly Slice[]; readonly known: ReadonlySet<string> },
  work: (filled: (slice: number) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const { engine } = lake;
  const [twins] = await engine.rows<{ most: number | null }>('SELECT max(nth) AS most FROM fuse_twin');
  const most = twins?.most ?? 0;
  if (most === 0) return work(async () => rows);
  const columns = await lackingColumns(engine, {
    rows,
    records: 'SELECT place, true AS other FROM fuse_twin UNION ALL SELECT DISTINCT homePlace, false FROM fuse_twin',
    columns: deviceNetworkEvents.stored.filter(({ name }) => known.has(name) && !own.has(name)),
  });
  if (columns.length === 0) return work(async () => rows);
  const part = slices.map(({ until }, at) => `WHEN t.homePlace < ${until} THEN ${at * most}`).join(' ');
  const others = `SELECT t.homePlace AS home, ${columns.map(({ name }) => `e.${sqlName(name)}`).join(', ')}, CASE ${part} END + t.nth - 1 AS part
    FROM ${rows} e JOIN fuse_twin t ON t.place = e.place`;
  return lake.parted([others], slices.length * most, (part) =>
    work(async (slice) => {
      const parts = Array.from({ length: most }, (_, n) => part(slice * most + n)).filter((rows) => rows !== undefined);
      if (parts.length === 0) return rows;
      const replaced = columns.map((column) => `${filled(column, parts.length)} AS ${sqlName(column.name)}`);
      const joins = parts.map((rows, n) => `LEFT JOIN ${rows} o${n} ON o${n}.home = e.place`);
      await engine.run(
        `CREATE OR REPLACE TEMP VIEW fuse_filled_rows AS SELECT e.* REPLACE (${replaced.join(', ')}) FROM ${rows} e ${joins.join(' ')}`,
      );
      return 'fuse_filled_rows';
    }),
  );
}

/** What a row has of itself alone, or fusion gives it. */
const own = new Set([
  ...['Timestamp', 'BytesSent', 'BytesReceived', 'BytesSource', 'EvidenceTime', 'ArrivedAt', 'OtherFlows', 'CommitSeq'],
  ...['Fusion', 'FusionConfidence', 'FusionRule', 'EventId', 'EndpointEventId', 'OtherEndpointEventIds', 'Site'],
]);

/** The columns that some row lacks and one that went into it has (`records`: place, other). Few: two sensors know much the
 *  same. */
export async function lackingColumns(
  engine: Engine,
  { rows, records, columns }: { readonly rows: string; readonly records: string; readonly columns: readonly Column[] },
): Promise<Column[]> {
  if (columns.length === 0) return [];
  const lacking = columns.map((column) => {
    const unknown =
      column.name === 'ActionType' ? `NOT (${states(`e."ActionType"`)})` : `${value('e', column)} IS NULL`;
    return `coalesce(bool_or(t.other AND NOT (${unknown})) AND bool_or(NOT t.other AND (${unknown})), false) AS ${sqlName(column.name)}`;
  });
  const [found] = await engine.rows<Record<string, boolean>>(
    `SELECT ${lacking.join(', ')} FROM ${rows} e JOIN (${records}) t ON t.place = e.place`,
  );
  return columns.filter(({ name }) => found?.[name] === true);
}

/** SQL: what a row knows, null where it does not. */
export function value(row: string, { name, type }: Column): string {
  const own = `${row}.${sqlName(name)}`;
  if (name.endsWith('Port')) return `nullif(${own}, 0)`;
  return type === 'string' ? `nullif(${own}, '')` : own;
}

/** SQL: whether an action states an outcome. */
function states(action: string): string {
  return `${action} NOT IN ('ConnectionRequest', 'ConnectionAttempt', 'ConnectionFound', 'InboundConnectionAttempt')`;
}

function filled(column: Column, others: number): string {
  const rows = Array.from({ length: others }, (_, n) => `o${n}`);
  if (column.name === 'ActionType') {
    const stated = rows.map((row) => `CASE WHEN ${states(`${row}."ActionType"`)} THEN ${row}."ActionType" END`);
    return `CASE WHEN ${states('e."ActionType"')} THEN e."ActionType" ELSE coalesce(${stated.join(', ')}, e."ActionType") END`;
  }
  const last = `e.${sqlName(column.name)}`;
  return `coalesce(${['e', ...rows].map((row) => value(row, column)).join(', ')}, ${last})`;
}
