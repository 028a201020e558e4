import { writeFile } from 'node:fs/promises';
import type { Finding, Severity } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import type { ScanResult } from '../model/scanResult.ts';
import { UserError } from '../model/userError.ts';
import { renderHtml } from '../report/html/report.ts';
import { scanToOcsf } from '../report/ocsf.ts';
import { scanToCsv, scanToJson, scanToNdjson } from '../report/scanFormats.ts';
import { renderScan, scanSummary } from '../report/terminal.ts';
import { timeline } from '../report/timeline.ts';
import { scan } from '../weir.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { progressLine } from './progress.ts';
import { print, terminal } from './stdio.ts';
import { parseMoment, presentTicks } from './time.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface ScanFlags {
  readonly rule?: string[];
  readonly asOf?: string;
  readonly format: 'table' | 'json' | 'ndjson' | 'csv' | 'ocsf';
  readonly report?: string;
  readonly rejects?: string;
  readonly failOn?: Severity;
}

/** `weir scan`: gives the exit code. */
export async function runScan(paths: string[], flags: ScanFlags): Promise<number> {
  const asOf = flags.asOf === undefined ? {} : { asOf: parseMoment(flags.asOf, '--as-of') };
  const progress = progressLine();
  const { result, extra } = await withWorkDirectory((workDirectory) =>
    scan(
      {
        paths,
        stdin: process.stdin,
        content: contentDirectory(),
        workDirectory,
        rules: flags.rule ?? [],
        ...asOf,
        ...(flags.rejects === undefined ? {} : { rejectsFile: flags.rejects }),
        onProgress: progress.show,
      },
      ({ lake }) => timeline(lake),
    ),
  ).finally(progress.stop);

  await print(rendered(result, flags.format));
  if (flags.format !== 'table') process.stderr.write(`${scanSummary(result)}\n`);
  if (flags.report !== undefined) {
    await writeReport(flags.report, renderHtml(result, { timeline: extra }));
    process.stderr.write(`report: ${flags.report}\n`);
  }
  if (result.inputs.every((input) => input.format === null)) return exitCodes.usage;
  return flags.failOn !== undefined && result.findings.some(atLeast(flags.failOn))
    ? exitCodes.findings
    : exitCodes.done;
}

function rendered(result: ScanResult, format: ScanFlags['format']): string {
  switch (format) {
    case 'table':
      return renderScan(result, terminal());
    case 'json':
      return scanToJson(result);
    case 'ndjson':
      return scanToNdjson(result);
    case 'csv':
      return scanToCsv(result);
    case 'ocsf':
      return scanToOcsf(result, { createdAt: presentTicks() });
  }
}

function atLeast(severity: Severity): (finding: Finding) => boolean {
  const least = severities.indexOf(severity);
  return (finding) => severities.indexOf(finding.severity) >= least;
}

async function writeReport(file: string, html: string): Promise<void> {
  try {
    await writeFile(file, html);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError('REPORT_UNWRITABLE', file, message, 'Name a file in a folder that exists and can be written.');
  }
}
