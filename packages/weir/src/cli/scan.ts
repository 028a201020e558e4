import { constants } from 'node:fs';
import { access, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Finding, Severity } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import { nothingReadable } from '../model/input.ts';
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
import { print, tell, terminal } from './stdio.ts';
import { parseMoment, presentTicks } from './time.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface ScanFlags {
  readonly rule?: string[];
  readonly asOf?: string;
  readonly format: 'table' | 'json' | 'ndjson' | 'csv' | 'ocsf';
  readonly inventory?: string;
  readonly report?: string;
  readonly rejects?: string;
  readonly exceptions?: string;
  readonly failOn?: Severity;
}

/** `weir scan`: sets the exit code. */
export async function runScan(paths: string[], flags: ScanFlags): Promise<void> {
  const asOf = flags.asOf === undefined ? {} : { asOf: parseMoment(flags.asOf, '--as-of') };
  if (flags.report !== undefined) await checkWritable(flags.report);
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
        ...(flags.inventory === undefined ? {} : { inventory: flags.inventory }),
        ...(flags.exceptions === undefined ? {} : { exceptions: { file: flags.exceptions, now: presentTicks() } }),
        ...(flags.rejects === undefined ? {} : { rejectsFile: flags.rejects }),
        onProgress: progress.show,
      },
      ({ lake }) => timeline(lake),
    ),
  ).finally(progress.stop);

  if (flags.report !== undefined) await writeReport(flags.report, renderHtml(result, { timeline: extra }));
  // It stands before anything is printed, whose reader may go away (| head).
  process.exitCode = exitCodeOf(result, flags.failOn);
  await print(rendered(result, flags.format));
  if (flags.format !== 'table') tell(scanSummary(result));
  if (flags.report !== undefined) tell(`report: ${flags.report}`);
}

function exitCodeOf({ inputs, runs, findings }: ScanResult, failOn: Severity | undefined): number {
  const noRuleRan = runs.length > 0 && runs.every(({ error }) => error !== undefined);
  if (nothingReadable(inputs) || noRuleRan) return exitCodes.usage;
  return failOn !== undefined && findings.some(atLeast(failOn)) ? exitCodes.findings : exitCodes.done;
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

/** Tells before a long scan, not after it, that the report has nowhere to go.
 *  @throws UserError */
async function checkWritable(file: string): Promise<void> {
  try {
    const there = await stat(file).catch(() => undefined);
    if (there?.isDirectory()) throw new Error('it is a folder');
    await access(there === undefined ? dirname(resolve(file)) : file, constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Writes the report whole or not at all. */
async function writeReport(file: string, html: string): Promise<void> {
  try {
    await writeFile(file, html);
  } catch (error) {
    if ((await stat(file).catch(() => undefined))?.isFile()) await rm(file, { force: true });
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  return new UserError('REPORT_UNWRITABLE', file, message, 'Name a file in a folder that exists and can be written.');
}
