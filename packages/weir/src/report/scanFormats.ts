import { stringify } from 'csv-stringify/sync';
import type { Finding } from '../model/finding.ts';
import type { ScanResult } from '../model/scanResult.ts';
import { exceptionRecord, hiddenRecord } from './exceptionRecord.ts';
import { findingRecord } from './findingRecord.ts';
import { ticksToIso } from './format.ts';
import { csvCell, jsonText } from './harmless.ts';
import { gravestFirst } from './order.ts';
import { masked, presentable } from './presentable.ts';

/** `weir scan --format json`: one object with complete, findings, runs, inputs, fusion, nameless, lacking, hidden (findings with the ids of
 *  the exceptions that hide them), exceptions, asOf and the data's time span.
 *  Datetimes are ISO 8601 in UTC with seven digits, longs beyond 2^53 strings, unknown is null, secrets are masked. */
export function scanToJson(result: ScanResult): string {
  const { complete, findings, hidden, exceptions, runs, inputs, fusion, nameless, lacking, asOf, dataFrom, dataUntil } =
    masked(result);
  const iso = (ticks: bigint | null) => (ticks === null ? null : ticksToIso(ticks));
  const whole = {
    complete,
    findings: gravestFirst(findings).map(findingRecord),
    runs: runs.map(({ from, until, blind, ...run }) => ({
      ...run,
      from: iso(from),
      until: iso(until),
      blind: blind.map(({ spans, ...part }) => ({
        ...part,
        spans: spans.map((span) => ({ from: iso(span.from), until: iso(span.until) })),
      })),
    })),
    inputs,
    fusion,
    nameless,
    lacking,
    hidden: hidden.map(hiddenRecord),
    exceptions: exceptions.map(exceptionRecord),
    asOf: iso(asOf),
    dataFrom: iso(dataFrom),
    dataUntil: iso(dataUntil),
  };
  return `${jsonText(whole, 2)}\n`;
}

/** `weir scan --format ndjson`: one finding a line, as in `findings` of the JSON form; no line where there is none. */
export function scanToNdjson(result: ScanResult): string {
  return gravestFirst(masked(result).findings)
    .map((finding) => `${jsonText(findingRecord(finding))}\n`)
    .join('');
}

/** Columns in their order; several values in one cell are parted by `; `. An unknown number is an empty cell. */
const columns: Readonly<Record<string, (finding: Finding) => string | number | bigint | null>> = {
  id: ({ id }) => id,
  ruleId: ({ rule }) => rule.id,
  ruleName: ({ rule }) => rule.name,
  ruleVersion: ({ rule }) => rule.version,
  title: ({ title }) => title,
  severity: ({ severity }) => severity,
  score: ({ score }) => score,
  confidence: ({ confidence }) => confidence,
  tactics: ({ tactics }) => tactics.join('; '),
  techniques: ({ techniques }) => techniques.join('; '),
  firstSeen: ({ firstSeen }) => ticksToIso(firstSeen),
  lastSeen: ({ lastSeen }) => ticksToIso(lastSeen),
  device: ({ entities }) => entities.device,
  account: ({ entities }) => entities.account,
  accountDomain: ({ entities }) => entities.accountDomain,
  process: ({ entities }) => entities.process,
  processFolder: ({ entities }) => entities.processFolder,
  processSha256: ({ entities }) => entities.processSha256,
  parentProcess: ({ entities }) => entities.parentProcess,
  commandLine: ({ entities }) => entities.commandLine,
  destination: ({ entities }) => entities.destination,
  service: ({ service }) => service,
  category: ({ category }) => category,
  bytesSent: ({ bytesSent }) => bytesSent,
  bytesReceived: ({ bytesReceived }) => bytesReceived,
  bytesKnown: ({ bytesKnown }) => bytesKnown,
  connections: ({ connections }) => connections,
  evidenceCount: ({ evidence }) => evidence.count,
  reasons: ({ reasons }) => reasons.join('; '),
  services: ({ services }) => services.join('; '),
  bytesSources: ({ bytesSources }) => bytesSources.join('; '),
};

/** `weir scan --format csv`: one finding a row, with a header; no cell is a formula. */
export function scanToCsv(result: ScanResult): string {
  const rows = gravestFirst(presentable(result).findings).map((finding) =>
    Object.values(columns).map((cell) => {
      const value = cell(finding);
      return typeof value === 'string' ? csvCell(value) : value;
    }),
  );
  return stringify(rows, { header: true, columns: Object.keys(columns) });
}
