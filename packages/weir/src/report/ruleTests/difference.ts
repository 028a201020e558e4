import type { EvidenceRow, Finding } from '../../model/finding.ts';
import type { Difference, FieldCheck } from '../../model/ruleTest.ts';
import { bytes, plural, ticksToIso } from '../format.ts';

type Told = Exclude<Difference, { kind: 'error' }>;

/** A difference in lines for a person: what was expected, what was found, on what evidence. */
export function differenceLines(difference: Told): string[] {
  switch (difference.kind) {
    case 'missing':
      return [`expected and not found: ${wanted(difference.expected)}`];
    case 'unlike':
      return [
        `expected: ${wanted(difference.expected)}`,
        `found:    ${titleOf(difference.found)}`,
        ...difference.fields.flatMap(({ field, expected, found }) => [
          `  ${field}`,
          `    - expected ${expected}`,
          `    + found    ${found}`,
        ]),
        ...evidenceLines(difference.found),
      ];
    case 'surplus':
      return [`found and not expected: ${titleOf(difference.found)}`, ...evidenceLines(difference.found)];
    case 'engines':
      return [differenceSentence(difference), ...enginesLines(difference).map((line) => `  ${line}`)];
  }
}

/** A difference in one line. */
export function differenceSentence(difference: Told): string {
  switch (difference.kind) {
    case 'missing':
      return `expected and not found: ${wanted(difference.expected)}`;
    case 'unlike': {
      const fields = difference.fields.map(
        ({ field, expected, found }) => `${field} is ${found}, expected ${expected}`,
      );
      return `${difference.found.title}: ${fields.join('; ')}`;
    }
    case 'surplus':
      return `found and not expected: ${titleOf(difference.found)}`;
    case 'engines': {
      const { moment, duckdb, clickhouse } = difference;
      const at = `at ${ticksToIso(moment)}`;
      if (typeof clickhouse === 'string') return `ClickHouse stops ${at}: ${clickhouse}`;
      return `ClickHouse and DuckDB differ ${at}: ${plural(clickhouse.length, 'row')} of the one, ${duckdb.length} of the other`;
    }
  }
}

/** Rows that are told of each engine. */
const rowsMost = 5;

function enginesLines({ duckdb, clickhouse }: Extract<Told, { kind: 'engines' }>): string[] {
  if (typeof clickhouse === 'string') return [];
  const told = (mark: string, engine: string, rows: readonly string[]) => [
    ...rows.slice(0, rowsMost).map((row) => `${mark} ${engine} ${row}`),
    ...(rows.length > rowsMost ? [`${mark} and ${rows.length - rowsMost} more`] : []),
  ];
  return [...told('-', 'DuckDB    ', duckdb), ...told('+', 'ClickHouse', clickhouse)];
}

function wanted(checks: readonly FieldCheck[]): string {
  if (checks.length === 0) return 'a finding';
  return checks.map(({ field, expected }) => `${field} ${expected}`).join(', ');
}

function titleOf({ title, severity, score }: Finding): string {
  return `${title} (${severity}, ${score})`;
}

/** A few rows that the finding stands on, and why it scores as it does. */
function evidenceLines({ evidence, reasons }: Finding): string[] {
  const more = evidence.count - evidence.sample.length;
  return [
    `  because ${reasons.join('; ')}`,
    `  evidence: ${plural(evidence.count, 'row')}`,
    ...evidence.sample.map((row) =>
      evidence.absence ? `    ${ticksToIso(row.timestamp)}  no results` : `    ${evidenceLine(row)}`,
    ),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

function evidenceLine({ timestamp, eventId, remoteHost, remotePort, bytesSent, commandLine }: EvidenceRow): string {
  const port = remotePort === null ? '' : `:${remotePort}`;
  const sent = bytesSent === null ? 'bytes unknown' : `sent ${bytesSent} (${bytes(bytesSent)})`;
  const parts = [ticksToIso(timestamp), `${remoteHost}${port}`, sent, commandLine, eventId];
  return parts.filter((part) => part !== '').join('  ');
}
