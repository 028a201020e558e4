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
import { bothGiven, homeOf } from './home.ts';
import { keptDirectory } from './keptDirectory.ts';
import { progressLine } from './progress.ts';
import { checkWritable, writeReport } from './reportFile.ts';
import { print, tell, terminal } from './stdio.ts';
import { parseMoment, presentTicks } from './time.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface ScanFlags {
  readonly rule?: string[];
  readonly home?: string;
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
  if (flags.home !== undefined && paths.length > 0) throw bothGiven(paths[0] ?? '');
  if (flags.home === undefined && paths.length === 0)
    throw new UserError(
      'LOGS_MISSING',
      'weir scan',
      'no logs are named',
      'Name files or folders, or a home with --home.',
    );
  if (flags.report !== undefined) await checkWritable(flags.report);
  const progress = progressLine();
  const { result, extra } = await withWorkDirectory((workDirectory) =>
    scan(
      {
        paths,
        ...homeOf(flags.home),
        stdin: process.stdin,
        content: contentDirectory(),
        workDirectory,
        kept: keptDirectory(),
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
  process.exitCode = exitCodeOf(result, flags);
  await print(rendered(result, paths, flags));
  if (flags.format !== 'table') tell(scanSummary(result));
  if (flags.report !== undefined) tell(`report: ${flags.report}`);
}

function exitCodeOf({ inputs, runs, findings }: ScanResult, { home, failOn }: ScanFlags): number {
  const noRuleRan = runs.length > 0 && runs.every(({ error }) => error !== undefined);
  if ((home === undefined && nothingReadable(inputs)) || noRuleRan) return exitCodes.usage;
  return failOn !== undefined && findings.some(atLeast(failOn)) ? exitCodes.findings : exitCodes.done;
}

function rendered(result: ScanResult, paths: readonly string[], flags: ScanFlags): string {
  switch (flags.format) {
    case 'table':
      return renderScan(result, { ...terminal(), ...explainCommand(paths, flags), ...huntCommand(paths, flags) });
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

/** What asks about a finding of this scan: not where its logs came through a pipe, nor of one moment, which has findings of
 *  its own. */
function explainCommand(paths: readonly string[], { rule = [], inventory, home, asOf }: ScanFlags) {
  if (paths.includes('-') || home !== undefined || asOf !== undefined) return {};
  const options = [
    ...rule.flatMap((path) => ['--rule', path]),
    ...(inventory === undefined ? [] : ['--inventory', inventory]),
  ];
  const rest = [...paths, ...options].map(shellWord).join(' ');
  return { explain: (id: string) => `weir explain ${id} ${rest}` };
}

/** What hunts in the same logs: not where they came through a pipe, nor in a home, whose console hunts. */
function huntCommand(paths: readonly string[], { inventory, home }: ScanFlags) {
  if (paths.includes('-') || home !== undefined) return {};
  const rest = [...paths, ...(inventory === undefined ? [] : ['--inventory', inventory])].map(shellWord).join(' ');
  return { hunt: (id: string) => `weir hunt ${id} ${rest}` };
}

function shellWord(text: string): string {
  return /^[\w./:@%+=,~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function atLeast(severity: Severity): (finding: Finding) => boolean {
  const least = severities.indexOf(severity);
  return (finding) => severities.indexOf(finding.severity) >= least;
}
