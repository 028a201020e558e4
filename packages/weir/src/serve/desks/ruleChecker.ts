import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { startWorker } from '../../api/worker.ts';
import type { Clock } from '../../model/clock.ts';
import { UserError } from '../../model/userError.ts';
import type { CheckedRule } from './ruleCheck.ts';
import type { RuleCheckNews, RuleCheckOrder } from './ruleCheck.worker.ts';

/** So many texts may wait for their turn. */
const waitingMax = 8;
const heapMb = 384;
/** A person waits for it, and it is short: unlike queries it does not give way, which on a busy machine takes it past its time. */
const nice = 0;
const second = 10_000_000n;
/** A text may take so long; ticks. */
const longest = 30n * second;
/** The process stays for whoever writes on; ticks. */
const idle = 120n * second;

/** Holds texts of rules to what `checkRule` says, one after the other, in a process that is there while it is asked. */
export class RuleChecker {
  readonly #order: Omit<RuleCheckOrder, 'text'>;
  readonly #clock: Clock;
  #child: ChildProcess | undefined;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  #resting = new AbortController();
  #closed = false;

  constructor(order: Omit<RuleCheckOrder, 'text'>, clock: Clock) {
    this.#order = order;
    this.#clock = clock;
  }

  /** @throws UserError `RULES_BUSY` where too many wait, `RULE_TOO_MUCH` where it takes too long or too much memory */
  check(text: string): Promise<CheckedRule> {
    if (this.#waiting >= waitingMax)
      throw new UserError('RULES_BUSY', 'rules', 'too many texts of rules wait already', 'Try again in a moment.');
    this.#waiting += 1;
    this.#resting.abort();
    const checked = this.#last.then(() => this.#checked(text));
    this.#last = checked
      .catch(() => undefined)
      .finally(() => {
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#rest();
      });
    return checked;
  }

  /** Ends its process; nothing is checked any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#resting.abort();
    this.#child?.kill('SIGKILL');
    await this.#last;
  }

  async #checked(text: string): Promise<CheckedRule> {
    if (this.#closed) throw new UserError('RULES_BUSY', 'rules', 'the service stops', 'Try again when it is there.');
    const child = this.#started();
    const late = new AbortController();
    const limit = this.#clock.sleep(longest, late.signal).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    const news = await asked(child, { ...this.#order, text });
    late.abort();
    await limit;
    if (news?.kind === 'checked') return news.checked;
    this.#child = undefined;
    if (news?.kind === 'bug') {
      child.kill('SIGKILL');
      throw new Error(`checking a rule failed: ${news.message}`);
    }
    const message = 'checking this rule took too long, or too much memory';
    throw new UserError('RULE_TOO_MUCH', 'query', message, 'Write the query with fewer expressions.');
  }

  #started(): ChildProcess {
    if (this.#child?.connected) return this.#child;
    // TypeScript where Weir runs from its source, JavaScript where it was built.
    const worker = new URL(`./ruleCheck.worker${extname(import.meta.url)}`, import.meta.url);
    const child = startWorker(worker, { heapMb, nice, errors: 'ignore' });
    this.#child = child;
    return child;
  }

  /** Ends the process where nobody asks for a while. */
  #rest(): void {
    this.#resting = new AbortController();
    const child = this.#child;
    this.#clock.sleep(idle, this.#resting.signal).then(
      () => child?.kill('SIGKILL'),
      () => undefined,
    );
  }
}

/** Its answer; undefined where it ended before it had one. */
function asked(child: ChildProcess, order: RuleCheckOrder): Promise<RuleCheckNews | undefined> {
  return new Promise((resolve) => {
    const done = (news?: RuleCheckNews) => {
      child.off('message', done).off('exit', ended).off('error', ended);
      resolve(news);
    };
    const ended = () => done();
    child.on('message', done).on('exit', ended).on('error', ended);
    // A failure to send comes as its end, too.
    child.send(order, () => undefined);
  });
}
