import type { Schema } from '@weir/kql/types';
import type { Statement } from '../../api/query/recorded.ts';
import { backtest } from '../../backtest/backtest.ts';
import { Engine, isOutOfMemory } from '../../engine/engine.ts';
import type { Exception, GivenVerdict } from '../../model/exception.ts';
import { UserError } from '../../model/userError.ts';
import { backtestToJson } from '../../report/backtest/json.ts';
import type { Rule } from '../../rules/rule.ts';
import { schemaWith } from '../../tables/watchlists.ts';

// A process of its own: a back-test takes minutes and much memory, may be cancelled at any moment, and its rule may be
// somebody's first draft.

export interface BacktestOrder {
  /** The segments' folder: the only one that its engine can read. */
  readonly directory: string;
  readonly spillDirectory: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly spillMb: number;
  /** Makes the watchlists' tables, and the views of all others. */
  readonly prepare: readonly Statement[];
  readonly show: readonly Statement[];
  readonly watchlists: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly rule: Rule;
  readonly against: Rule | null;
  readonly exceptions: readonly Exception[];
  readonly verdicts: readonly GivenVerdict[];
  /** Ticks, both ends included. */
  readonly within: { readonly from: bigint; readonly until: bigint };
  readonly since: bigint | null;
  readonly until: bigint | null;
  readonly delay: bigint;
  /** The present, ticks. */
  readonly now: bigint;
}

export type BacktestNews =
  | { readonly kind: 'progress'; readonly what: string }
  /** As JSON text. */
  | { readonly kind: 'done'; readonly result: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly advice: string };

const tell = (news: BacktestNews) => process.send?.(news);

process.once('message', async (order: BacktestOrder) => {
  try {
    tell({ kind: 'done', result: await play(order) });
  } catch (error) {
    tell(failure(error));
  } finally {
    process.disconnect();
  }
});

async function play(order: BacktestOrder): Promise<string> {
  const engine = await Engine.open(order);
  await engine.run(`SET max_temp_directory_size = '${order.spillMb}MB'`);
  for (const { sql, parameters } of [...order.prepare, ...order.show]) await engine.run(sql, parameters);
  await engine.confine(order.directory);
  const schema: Schema = schemaWith(order.watchlists);
  const { rule, against, exceptions, verdicts, within, since, until, delay, now } = order;
  const played = await backtest(
    { engine },
    {
      ...{ rules: [rule], against: against === null ? [] : [against], refused: [], exceptions, verdicts },
      ...{ schema, within, delay, now, question: 'settled' },
      onProgress: (what) => tell({ kind: 'progress', what }),
    },
  );
  const [first] = played.rules;
  if (first?.run.error !== undefined)
    throw new UserError('RULE_INVALID', rule.path, first.run.error, 'Correct the rule, and play it again.');
  return backtestToJson({ complete: true, question: 'settled', delay, since, until, ...played });
}

function failure(error: unknown): BacktestNews {
  if (error instanceof UserError)
    return { kind: 'failed', code: error.code, message: error.message, advice: error.advice };
  const text = error instanceof Error ? error.message : String(error);
  if (isOutOfMemory(error) || /max_temp_directory_size|No space left on device/i.test(text))
    return {
      kind: 'failed',
      code: 'BACKTEST_MEMORY',
      message: 'the back-test needs more memory than it may have',
      advice: 'Give it a shorter span; engine.memory in weir.yaml is the limit.',
    };
  const told = error instanceof Error ? (error.stack ?? text) : text;
  return { kind: 'failed', code: 'BUG', message: told, advice: 'Please report it.' };
}
