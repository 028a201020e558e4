import type { Backtest } from '../model/backtest.ts';
import { nothingReadable } from '../model/input.ts';
import { UserError } from '../model/userError.ts';
import { backtestToHtml } from '../report/backtest/html.ts';
import { backtestToJson } from '../report/backtest/json.ts';
import { backtestSummary, renderBacktest } from '../report/backtest/terminal.ts';
import { backtest } from '../weir.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { keptDirectory } from './keptDirectory.ts';
import { progressLine } from './progress.ts';
import { checkWritable, writeReport } from './reportFile.ts';
import { print, tell, terminal } from './stdio.ts';
import { parseDelay, parseMoment, presentTicks } from './time.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface BacktestFlags {
  readonly data?: string[];
  readonly since?: string;
  readonly until?: string;
  readonly asKnown?: true;
  readonly delay: string;
  readonly exceptions?: string;
  readonly verdicts?: string;
  readonly against?: string;
  readonly inventory?: string;
  readonly format: 'table' | 'json' | 'html';
  readonly report?: string;
}

/** `weir backtest`: sets the exit code. */
export async function runBacktest(rule: string, flags: BacktestFlags): Promise<void> {
  const { data = [], inventory, exceptions, verdicts, against } = flags;
  if (data.length === 0) {
    throw new UserError(
      'DATA_MISSING',
      'weir backtest',
      'there is no data to play the rule over',
      'Give it with --data PATH.',
    );
  }
  const since = flags.since === undefined ? undefined : parseMoment(flags.since, '--since');
  const until = flags.until === undefined ? undefined : parseMoment(flags.until, '--until');
  if (since !== undefined && until !== undefined && since >= until) {
    throw new UserError(
      'TIME_INVALID',
      '--until',
      'it is not later than --since',
      'Give a span from the earlier to the later.',
    );
  }
  const delay = parseDelay(flags.delay, '--delay');
  if (flags.report !== undefined) await checkWritable(flags.report);
  const progress = progressLine();
  const result = await withWorkDirectory((workDirectory) =>
    backtest({
      paths: data,
      stdin: process.stdin,
      content: contentDirectory(),
      workDirectory,
      kept: keptDirectory(),
      rules: [rule],
      question: flags.asKnown ? 'as-known' : 'settled',
      delay,
      now: presentTicks(),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(inventory === undefined ? {} : { inventory }),
      ...(exceptions === undefined ? {} : { exceptions }),
      ...(verdicts === undefined ? {} : { verdicts }),
      ...(against === undefined ? {} : { against }),
      onProgress: progress.show,
    }),
  ).finally(progress.stop);
  if (flags.report !== undefined) await writeReport(flags.report, backtestToHtml(result));
  // It stands before anything is printed, whose reader may go away (| head).
  process.exitCode = exitCodeOf(result);
  await print(rendered(result, flags.format));
  if (flags.format !== 'table') tell(backtestSummary(result));
  if (flags.report !== undefined) tell(`report: ${flags.report}`);
}

/** A refused exception is something to mend. */
function exitCodeOf({ inputs, rules, exceptions }: Backtest): number {
  const noRuleRan = rules.every(({ run }) => run.error !== undefined);
  if (nothingReadable(inputs) || noRuleRan) return exitCodes.usage;
  return exceptions.some(({ state }) => state === 'refused') ? exitCodes.findings : exitCodes.done;
}

function rendered(result: Backtest, format: BacktestFlags['format']): string {
  switch (format) {
    case 'table':
      return renderBacktest(result, terminal());
    case 'json':
      return backtestToJson(result);
    case 'html':
      return backtestToHtml(result);
  }
}
