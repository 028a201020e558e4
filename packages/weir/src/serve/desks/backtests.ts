import type { ChildProcess } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { maxTicks } from '@weir/kql/types';
import type { BacktestDesk, BacktestJob, BacktestRequest } from '../../api/parts.ts';
import type { Tables } from '../../api/query/queries.ts';
import { recorded } from '../../api/query/recorded.ts';
import { startWorker } from '../../api/worker.ts';
import type { Act } from '../../model/alert.ts';
import type { Clock } from '../../model/clock.ts';
import type { Exception, GivenVerdict } from '../../model/exception.ts';
import type { Randomness } from '../../model/randomness.ts';
import { UserError } from '../../model/userError.ts';
import { readRule } from '../../rules/readRule.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Store } from '../../store/store.ts';
import { auditInto } from '../../store/trail.ts';
import type { BacktestNews, BacktestOrder } from './backtest.worker.ts';

export interface BacktestsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly rules: () => readonly Rule[];
  readonly exceptions: () => readonly Exception[];
  readonly verdicts: () => readonly GivenVerdict[];
  readonly snapshot: () => Tables;
  /** The longest that one runs, ticks: others wait for it, and what it reads cannot be taken from the lake. */
  readonly time: bigint;
  readonly engine: Pick<
    BacktestOrder,
    'directory' | 'spillDirectory' | 'memoryMb' | 'threads' | 'spillMb' | 'watchlists' | 'prepare'
  >;
  /** Told what was a bug. */
  readonly onBug: (told: string) => void;
}

/** So many may wait, and so many that ended are remembered, until the service stops. */
const waitingMax = 8;
const rememberedMax = 30;
/** From a tick to its run, as `weir backtest` has it; ticks. */
const delay = 3_000_000_000n;
/** Back-tests give way to intake, detection and queries. */
const nice = 15;
const heapMb = 1024;

interface Entry {
  job: BacktestJob;
  readonly order: Omit<BacktestOrder, 'show' | 'spillDirectory'>;
  child: ChildProcess | undefined;
}

/** Back-tests over the live lake: one at a time, each in a process that is killed when it is cancelled or takes too long. */
export class Backtests implements BacktestDesk {
  readonly #options: BacktestsOptions;
  readonly #entries = new Map<string, Entry>();
  #work: Promise<void> | undefined;
  #closed = false;

  constructor(options: BacktestsOptions) {
    this.#options = options;
  }

  list(): BacktestJob[] {
    return [...this.#entries.values()].map(({ job }) => job).reverse();
  }

  get(id: string): BacktestJob {
    return this.#entry(id).job;
  }

  async start({ rule, against, since, until }: BacktestRequest, { actor, at }: Act): Promise<BacktestJob> {
    const { store, random, exceptions, verdicts, engine } = this.#options;
    if (since !== null && until !== null && since >= until)
      throw new UserError(
        'TIME_INVALID',
        'until',
        'it is not later than since',
        'Give a span from the earlier to the later.',
      );
    if ([...this.#entries.values()].filter(({ job }) => job.state === 'waiting').length >= waitingMax)
      throw new UserError(
        'BACKTEST_BUSY',
        'backtests',
        'too many back-tests wait already',
        'Try again when some are done.',
      );
    const version = this.#rule(rule, 'rule.yaml');
    const other = against === null ? null : this.#rule(against, 'against.yaml');
    const id = Buffer.from(random(12)).toString('base64url');
    const { spillDirectory: _, ...limits } = engine;
    const order = {
      ...limits,
      // Versions are compared under one id.
      ...{ rule: version, against: other && { ...other, id: version.id }, since, until, delay, now: at },
      exceptions: exceptions(),
      verdicts: verdicts(),
      within: { from: since ?? 0n, until: until ?? maxTicks },
    };
    const job = {
      id,
      by: actor,
      state: 'waiting',
      started: at,
      ended: null,
      progress: '',
      problem: null,
      result: null,
    } as const;
    this.#entries.set(id, { job, order, child: undefined });
    const details = { rule: version.id, name: version.name, draft: 'yaml' in rule };
    store.transaction(() => auditInto(store)({ at, actor, action: 'backtest.start', subject: id, details }));
    this.#forget();
    this.#work ??= this.#all().finally(() => {
      this.#work = undefined;
    });
    return this.get(id);
  }

  cancel(id: string, { actor, at }: Act): BacktestJob {
    const { store } = this.#options;
    const entry = this.#entry(id);
    if (entry.job.ended !== null) return entry.job;
    store.transaction(() => auditInto(store)({ at, actor, action: 'backtest.cancel', subject: id }));
    entry.job = { ...entry.job, state: 'cancelled', ended: at };
    entry.child?.kill('SIGKILL');
    return entry.job;
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { child } of this.#entries.values()) child?.kill('SIGKILL');
    await this.#work;
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry) return entry;
    throw new UserError(
      'BACKTEST_UNKNOWN',
      id,
      'there is no such back-test',
      'They are forgotten when the service stops.',
    );
  }

  #rule(wanted: BacktestRequest['rule'], path: string): Rule {
    if ('yaml' in wanted) return readRule(path, wanted.yaml);
    const found = this.#options.rules().find(({ id }) => id === wanted.id.toLowerCase());
    if (found) return found;
    throw new UserError('RULE_UNKNOWN', wanted.id, 'there is no such rule', 'Take an id from the list of rules.');
  }

  #forget(): void {
    const ended = [...this.#entries].filter(([, { job }]) => job.ended !== null);
    for (const [id] of ended.slice(0, Math.max(0, ended.length - rememberedMax))) this.#entries.delete(id);
  }

  async #all(): Promise<void> {
    for (;;) {
      const next = [...this.#entries.values()].find(({ job }) => job.state === 'waiting');
      if (next === undefined || this.#closed) return;
      next.job = { ...next.job, state: 'running' };
      const outcome = await this.#run(next).catch((error: unknown) => this.#bug(error));
      // It may have been cancelled meanwhile.
      if (next.job.state === 'running') next.job = { ...next.job, ...outcome, ended: this.#options.clock.now() };
    }
  }

  async #run(entry: Entry): Promise<Pick<BacktestJob, 'state' | 'problem' | 'result'>> {
    const { snapshot, engine } = this.#options;
    const spillDirectory = join(engine.spillDirectory, entry.job.id);
    const tables = snapshot();
    try {
      await mkdir(spillDirectory, { recursive: true });
      const show = await recorded((to) => tables.show(to));
      const news = await this.#told(entry, { ...entry.order, show, spillDirectory });
      if (news === 'too long') return { state: 'failed', problem: tooLong(this.#options.time), result: null };
      if (news?.kind === 'done') return { state: 'done', problem: null, result: JSON.parse(news.result) };
      if (news?.kind === 'failed' && news.code === 'BUG') return this.#bug(new Error(news.message));
      const problem =
        news?.kind === 'failed'
          ? { code: news.code, message: news.message, advice: news.advice }
          : {
              code: 'BACKTEST_MEMORY',
              message: 'its process ended before it was done',
              advice: 'Give it a shorter span.',
            };
      return { state: 'failed', problem, result: null };
    } finally {
      tables.release();
      await rm(spillDirectory, { recursive: true, force: true });
    }
  }

  /** The last that its process told; undefined where it ended before it was done. */
  #told(entry: Entry, order: BacktestOrder): Promise<BacktestNews | 'too long' | undefined> {
    if (this.#closed || entry.job.state !== 'running') return Promise.resolve(undefined);
    // TypeScript where Weir runs from its source, JavaScript where it was built.
    const worker = new URL(`./backtest.worker${extname(import.meta.url)}`, import.meta.url);
    const child = startWorker(worker, { heapMb, nice, errors: 'ignore' });
    entry.child = child;
    const { clock, time } = this.#options;
    const over = new AbortController();
    return new Promise((resolve) => {
      let last: BacktestNews | 'too long' | undefined;
      clock.sleep(time, over.signal).then(
        () => {
          last ??= 'too long';
          child.kill('SIGKILL');
        },
        () => undefined,
      );
      child.on('message', (news: BacktestNews) => {
        if (news.kind === 'progress') entry.job = { ...entry.job, progress: news.what };
        else last = news;
      });
      const ended = () => {
        over.abort();
        resolve(last);
      };
      child.once('exit', ended).once('error', ended);
      // A failure to send comes as its end, too.
      child.send(order, () => undefined);
    });
  }

  #bug(error: unknown): Pick<BacktestJob, 'state' | 'problem' | 'result'> {
    this.#options.onBug(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const message = 'this is a bug in Weir, not in the rule';
    const advice = 'Please report it; the log of the service has the details.';
    return { state: 'failed', problem: { code: 'BUG', message, advice }, result: null };
  }
}

function tooLong(time: bigint): NonNullable<BacktestJob['problem']> {
  return {
    code: 'BACKTEST_TIMEOUT',
    message: `it took longer than ${time / 10_000_000n} s and was ended`,
    advice:
      'Give it a shorter span, or let the rule join and sort fewer rows; queries.backtest in weir.yaml is the limit.',
  };
}
