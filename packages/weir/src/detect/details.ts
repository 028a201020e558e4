import type { KqlType } from '@weir/kql/types';
import type { Engine } from '../engine/engine.ts';
import type { Rule } from '../rules/rule.ts';
import type { Story } from './stories.ts';

/** What result rows say in the columns that a rule wants told, by story number and column: all different values, numbers
 *  first and the largest of them first, then texts in their order. Sets, so that neither the order of runs nor of rows
 *  changes them; a sum that grows from run to run stands with its largest value first. */
export type Details = ReadonlyMap<number, ReadonlyMap<string, readonly string[]>>;

/** As many values as Sentinel keeps of a custom detail. */
const valuesMax = 50;

/** What a finding itself says under the name of a column, where Weir tells the story: sums over all of it, which no single
 *  result has. */
const own: Readonly<Record<string, (story: Story) => string>> = {
  DeviceName: ({ device }) => device,
  AccountName: ({ account }) => account,
  InitiatingProcessFileName: ({ process }) => process,
  RemoteHost: ({ destination }) => destination,
  Service: ({ service }) => service,
  ServiceCategory: ({ category }) => category,
  SubTechnique: ({ subTechnique }) => subTechnique,
  BytesSent: ({ bytesSent }) => (bytesSent === null ? '' : String(bytesSent)),
  BytesReceived: ({ bytesReceived }) => (bytesReceived === null ? '' : String(bytesReceived)),
  Connections: ({ connections }) => String(connections),
};

/** Columns that a finding of the rule tells. Where Weir tells the story itself, the rule's title and description are not
 *  asked for. */
function told({ customDetails, alert, weir }: Rule): readonly string[] {
  const formats = weir.finding.keyIsOwn ? [] : [alert.title, alert.description];
  const placeholders = formats.flatMap((format) => placeholdersOf(format ?? ''));
  const columns = [alert.severityColumn, alert.tacticsColumn, ...alert.properties.map(({ column }) => column)];
  const named = [...Object.values(customDetails), ...placeholders, ...columns];
  return [...new Set(named.filter((column) => column !== undefined))];
}

/** Of these, the columns that only the rule's results tell. */
export function detailColumns(rule: Rule): readonly string[] {
  const { keyIsOwn, key } = rule.weir.finding;
  return told(rule).filter((column) => !keyIsOwn || !(Object.hasOwn(own, column) || key.includes(column)));
}

/** What the finding itself says in the others. */
export function ownDetails(rule: Rule, story: Story): ReadonlyMap<string, readonly string[]> {
  const { keyIsOwn, key } = rule.weir.finding;
  const said = (column: string) =>
    (Object.hasOwn(own, column) ? own[column]?.(story) : undefined) ?? story.key[key.indexOf(column)] ?? '';
  return new Map(
    (keyIsOwn ? told(rule) : []).flatMap((column) => (said(column) === '' ? [] : [[column, [said(column)]] as const])),
  );
}

/** The columns that a text of an alert names: `{{Column}}`. */
export function placeholdersOf(format: string): string[] {
  return [...format.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, column]) => column ?? '');
}

/** SQL for what a result row (`c0`, `c1`…, under these names) says in the wanted columns: a list of texts, `''` where it
 *  says nothing; null where nothing is wanted. */
export function detailsSql(
  columns: readonly { readonly name: string; readonly type: KqlType }[],
  wanted: readonly string[],
): string {
  if (wanted.length === 0) return 'NULL::VARCHAR[]';
  const texts = wanted.map((name) => {
    const position = columns.findIndex((column) => column.name === name);
    const type = columns[position]?.type;
    return type === undefined ? "''" : `coalesce(${asText(`c${position}`, type)}, '')`;
  });
  return `[${texts.join(', ')}]::VARCHAR[]`;
}

/** A value as text; a datetime as ISO 8601 with seven decimals. */
export function asText(column: string, type: KqlType): string {
  if (type === 'datetime') {
    const seconds = `strftime(make_timestamp((${column} - 621355968000000000) // 10), '%Y-%m-%dT%H:%M:%S')`;
    return `${seconds} || '.' || lpad((${column} % 10000000)::VARCHAR, 7, '0') || 'Z'`;
  }
  if (type === 'timespan') return `to_microseconds(${column} // 10)::VARCHAR`;
  if (type === 'dynamic')
    return `CASE WHEN json_type(${column}) = 'VARCHAR' THEN ${column} ->> '$' ELSE ${column}::VARCHAR END`;
  return `${column}::VARCHAR`;
}

/** Reads what was kept of the result rows (`detect_details`) by the stories of `detect_members`. A result row is told by
 *  the story that its first evidence row belongs to. */
export async function readDetails(
  engine: Engine,
  keys: readonly string[],
  wanted: readonly string[],
): Promise<Details> {
  if (wanted.length === 0) return new Map();
  const sameKey = keys
    .map((_, index) => ` AND coalesce(lower(told.result_key_${index}), '') IN ('', member.key[${index + 1}])`)
    .join('');
  const rows = await engine.rows<{ story: bigint; position: bigint; told: string; count: bigint }>(`
    WITH rows AS (
      SELECT DISTINCT story, details FROM temp.detect_details AS told
      JOIN temp.detect_members AS member ON member.id = told.id${sameKey}
    ), each AS (
      SELECT DISTINCT story, unnest(range(${wanted.length})) AS position, unnest(details) AS value FROM rows
    )
    SELECT story, position, count(*) AS count, to_json(list(value
      ORDER BY try_cast(value AS DOUBLE) DESC NULLS LAST, value)[1:${valuesMax}])::VARCHAR AS told
    FROM each WHERE value <> '' GROUP BY story, position`);
  const details = new Map<number, Map<string, readonly string[]>>();
  for (const { story, position, told, count } of rows) {
    const values = JSON.parse(told) as string[];
    const rest = Number(count) - values.length;
    const of = details.get(Number(story)) ?? new Map<string, readonly string[]>();
    details.set(Number(story), of);
    of.set(wanted[Number(position)] ?? '', rest > 0 ? [...values, `and ${rest} more`] : values);
  }
  return details;
}
