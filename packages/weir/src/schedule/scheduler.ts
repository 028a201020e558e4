import { ruleQuery } from '../detect/ruleQuery.ts';
import { isOurs, saidOf } from '../detect/runRule.ts';
import { tickAtOrAfter } from '../detect/ticks.ts';
import { Engine, isOutOfMemory } from '../engine/engine.ts';
import { isDiskFull } from '../lake/lake.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Clock } from '../model/clock.ts';
import { noteBehind } from './behind.ts';
import { bringUp, judgementsOf, type LiveRule, readTables, type Surroundings } from './bringUp.ts';
import { type Gap, hasSkipped, openGap } from './gaps.ts';
import { Lane, TimeLimit } from './lane.ts';
import { passOver } from './passOver.ts';
import { Revisit } from './revisit.ts';
import { type RuleState, ruleState, ruleStates, standingState } from './ruleState.ts';

const second = 10_000_000n;

export interface SchedulerOptions extends Surroundings {
  readonly lake: Pick<LiveLake, 'snapshot' | 'isTouched' | 'changed'>;
  readonly clock: Clock;
  /** The rules in force, asked before each pass. */
  readonly rules: () => readonly LiveRule[];
  /** Of each of the two engines in which rules run. */
  readonly engine: { readonly memoryMb: number; readonly threads: number; readonly spillDirectory: string };
  /** Makes what an engine needs beside the lake, as the rows of watchlists. */
  readonly prepare?: (engine: Engine) => Promise<void>;
  /** How long after a tick its run begins; ticks. What comes later is looked at with the next. */
  readonly delay?: bigint;
  /** How long a run may take in the prompt lane, and in the patient one; ticks. */
  readonly limits?: { readonly prompt: bigint; readonly patient: bigint };
  readonly onRun?: (run: RunReport) => void;
  /** Told what kept it from looking for due rules; it goes on. */
  readonly onTrouble?: (error: unknown) => void;
}

/** What became of one run. */
export interface RunReport {
  readonly rule: { readonly id: string; readonly name: string };
  /** The tick that it was to reach; ticks, as all times. */
  readonly until: bigint;
  readonly took: bigint;
  /** How it was had, in words; of a run that failed why it did. */
  readonly said: string;
  readonly failed: boolean;
}

type LaneName = 'prompt' | 'patient';

/** What is known of a rule since the service began. */
interface Course {
  slow: boolean;
  /** Counts runs: who ran longest ago is next. */
  turn: number;
  failures: number;
  /** Counts those over one tick alone; and how often it went on behind one since it last succeeded. */
  alone: number;
  passed: number;
  /** Not before, said when: a clock that was put back since makes nobody wait. */
  notBefore: bigint;
  saidAt: bigint;
  /** How many ticks it is tried over at most, where it is run tick by tick or has failed over several. */
  chunk: bigint | undefined;
  /** How many of the newest ticks it looks at where nothing of it is kept, as all were too much; undefined: all. */
  newest: bigint | undefined;
  /** When what it left behind is looked at again. */
  readonly revisit: Revisit;
  /** What people had decided when to tell all its stories again failed again and again; and when that is tried again. */
  untold: string | undefined;
  readonly retell: Revisit;
  running: boolean;
}

interface Asked {
  readonly now: bigint;
  /** What people have decided about a rule's findings, as it is now. */
  readonly judgement: string;
}

/** A run that is to be done. */
interface Due {
  readonly live: LiveRule;
  readonly course: Course;
  /** The tick that it is to reach, and the last that is due. */
  readonly until: bigint;
  readonly due: bigint;
  /** Beside its ticks: over everything, as something was left behind; or to tell all stories again, as people have decided
   *  otherwise and to do so at its ticks failed. */
  readonly back: 'anew' | 'retell' | undefined;
  /** Whether all stories are told again where people have decided otherwise. */
  readonly retell: boolean;
}

/** Runs rules at their ticks, two at a time: quick ones in the prompt lane, and what takes long, as a rule's first run, in
 *  the patient one, so that no slow rule stands before a quick one. In a lane the due rule goes first that ran longest ago.
 *
 *  A scheduled rule runs at each tick plus `delay`. What was missed while the service was down is looked at with the next
 *  run. Near-real-time rules run whenever the lake has something new of what they read, at most half of the time and not twice
 *  in half a second, up to the tick that comes next: what comes before it is judged again, and other rules run between them.
 *
 *  A rule that fails has a gap until it succeeds over that time; it is tried again at growing intervals, over less at once. One
 *  that fails over all that there is begins with the newest ticks. One that has run before and fails over one tick again and
 *  again goes on behind it, and that tick is a gap of its own; so do the ticks that follow and fail at once, ever more of them
 *  and ever more slowly. What was left behind so is looked at again an hour later, and later again, by a run over everything.
 *  Once a minute it is written down what should have been looked at and was not, for whatever reason. */
export class Scheduler {
  readonly #options: Required<Pick<SchedulerOptions, 'delay' | 'limits'>> & SchedulerOptions;
  readonly #courses = new Map<string, Course>();
  readonly #lanes: Readonly<Record<LaneName, Lane>>;
  /** A home that has run rules before has logs that a rule which is new to it finds for nobody to be woken. */
  readonly #since: bigint;
  #turn = 0;
  #judged: { readonly at: bigint; readonly of: (rule: string) => string } | undefined;

  constructor(options: SchedulerOptions) {
    this.#since = ruleStates(options.store).length === 0 ? 0n : options.clock.now();
    this.#options = {
      ...{ delay: 10n * second, limits: { prompt: 10n * second, patient: 600n * second } },
      ...options,
    };
    const open = async () => {
      const engine = await Engine.open(options.engine);
      await options.prepare?.(engine);
      return engine;
    };
    this.#lanes = { prompt: new Lane(open, options.clock), patient: new Lane(open, options.clock) };
  }

  /** Goes on until the signal comes; what runs then is stopped, and nothing of it is kept. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, lake, onTrouble } = this.#options;
    const each = (['prompt', 'patient'] as const).map(async (name) => {
      const changed = lake.changed.listen();
      while (!signal.aborted) {
        try {
          await this.pass(name, signal);
          await changed.wait(clock, this.#pause(name), signal).catch(() => undefined);
        } catch (error) {
          // The store cannot be read or written, as on a full disk: it may pass.
          if (signal.aborted) return;
          onTrouble?.(error);
          await clock.sleep(5n * second, signal).catch(() => undefined);
        }
      }
    });
    const watch = async () => {
      for (;;) {
        await clock.sleep(60n * second, signal).catch(() => undefined);
        if (signal.aborted) return;
        try {
          this.noteBehind();
        } catch (error) {
          onTrouble?.(error);
        }
      }
    };
    try {
      await Promise.all([...each, watch()]);
    } finally {
      this.close();
    }
  }

  /** Writes down which rules should have looked at ticks for long and have not. */
  noteBehind(): void {
    const { store, clock, delay, rules } = this.#options;
    store.transaction(() => noteBehind(store, rules(), { now: clock.now(), delay }));
  }

  /** Lets go of its engines. */
  close(): void {
    for (const lane of Object.values(this.#lanes)) lane.close();
  }

  /** Runs what is due in a lane, each rule once, and near-real-time ones again between others. Gives the number of runs. */
  async pass(lane: LaneName, signal: AbortSignal): Promise<number> {
    let [runs, others] = [0, 0];
    const begun = this.#turn;
    for (;;) {
      const due = this.#due(lane).find(
        ({ live, course }) => course.turn <= begun || (isNear(live) && course.turn < others),
      );
      if (due === undefined || signal.aborted) return runs;
      await this.#run(lane, due, signal);
      if (!isNear(due.live)) others = due.course.turn;
      runs += 1;
    }
  }

  /** Until somebody looks again for what is due: at a tick, or when a near-real-time rule may run again. */
  #pause(lane: LaneName): bigint {
    const now = this.#options.clock.now();
    return this.#options.rules().reduce((least, live) => {
      const course = this.#courseOf(live);
      const rest = restOf(course, now);
      return isNear(live) && course.slow === (lane === 'patient') && rest > 0n && rest < least ? rest : least;
    }, longestUnlooked);
  }

  #due(lane: LaneName): Due[] {
    const now = this.#options.clock.now();
    const judgements = this.#judgementsAt(now);
    return this.#options
      .rules()
      .flatMap((live) => {
        const course = this.#courseOf(live);
        if (course.running) return [];
        const judgement = judgements(live.rule.id);
        const target = this.#target(live, course, { now, judgement });
        // One that looks whenever something comes always has more to look at.
        const left = lane === 'patient' ? this.#left(live, course, { now, judgement, due: target?.due }) : [];
        if (left.length > 0) return left;
        if (target === undefined || restOf(course, now) > 0n) return [];
        return course.slow === (lane === 'patient')
          ? [{ live, course, ...target, back: undefined, retell: course.untold !== judgement }]
          : [];
      })
      .sort((a, b) => Number(isNear(b.live)) - Number(isNear(a.live)) || a.course.turn - b.course.turn);
  }

  /** What a rule left behind, where it is time to look at that again. */
  #left(live: LiveRule, course: Course, { now, judgement, due }: Asked & { readonly due: bigint | undefined }): Due[] {
    const { store } = this.#options;
    const state = standingState(store, live, now);
    const last = state?.looked?.last;
    if (last === undefined) return [];
    const again = (back: Due['back']): Due[] => [{ live, course, until: last, due: due ?? last, back, retell: true }];
    if (course.revisit.isDue(now, () => hasSkipped(store, live.rule.id))) return again('anew');
    if (course.untold !== judgement) return [];
    return course.retell.isDue(now, () => state?.exceptions !== judgement) ? again('retell') : [];
  }

  /** Looked at every few seconds: what was confirmed is read for it. */
  #judgementsAt(now: bigint): (rule: string) => string {
    if (this.#judged === undefined || now - this.#judged.at >= 5n * second)
      this.#judged = { at: now, of: judgementsOf(this.#options) };
    return this.#judged.of;
  }

  /** The tick up to which a rule is to be run now, and the last that is due; undefined where nothing is. */
  #target(
    live: LiveRule,
    { chunk, untold }: Course,
    { now, judgement }: Asked,
  ): Pick<Due, 'until' | 'due'> | undefined {
    const { store, delay } = this.#options;
    const { rule } = live;
    const { frequency } = rule.schedule;
    const state = standingState(store, live, now);
    const last = state?.looked?.last;
    const isTold = state?.exceptions === judgement || untold === judgement;
    const isTouched = () => state === undefined || this.#isTouched(live, state);
    const within = (due: bigint) => {
      const most = chunk === undefined || last === undefined ? due : last + chunk * frequency;
      return { until: most < due ? most : due, due };
    };
    const upTo = (until: bigint) => ({ until, due: until });
    if (isNear(live)) {
      const next = tickAtOrAfter(now, frequency);
      // Where no tick saw a row yet, the one that comes next was asked all the same.
      const asked = last ?? (state === undefined ? 0n : tickAtOrAfter(state.ranAt - state.took, frequency));
      const stands = asked >= next && isTold && !isTouched();
      return stands ? undefined : within(next);
    }
    const latestAt = (time: bigint) => ((time - delay) / frequency) * frequency;
    const latest = latestAt(now);
    // Where no tick saw a row yet, the next one may; so may the last one, once the first logs are here.
    if (last === undefined) {
      const hasLogs = now - (state?.ranAt ?? 0n) >= 20n * second && isTouched();
      return state === undefined || latest > latestAt(state.ranAt) || hasLogs ? upTo(latest) : undefined;
    }
    // Stories that stand are asked of exceptions anew when these change.
    if (latest <= last && !isTold) return upTo(last);
    if (latest < last) {
      // The clock was put back: what comes until it is there again is looked at by the ticks that were.
      const waited = now - (state?.ranAt ?? 0n);
      return (waited < 0n || waited >= frequency) && isTouched() ? upTo(last) : undefined;
    }
    if (latest === last) return undefined;
    return within(latest);
  }

  /** Whether rows that a rule reads may be others than when it last looked. */
  #isTouched({ rule }: LiveRule, { seq }: RuleState): boolean {
    const { lake, schema } = this.#options;
    try {
      return lake.isTouched(readTables(rule, schema), seq);
    } catch {
      // Its run says what is wrong with it.
      return true;
    }
  }

  async #run(lane: LaneName, { live, course, until, due, back, retell }: Due, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const began = clock.now();
    course.running = true;
    // The run reads them for itself, perhaps newer.
    this.#judged = undefined;
    this.#turn += 1;
    course.turn = this.#turn;
    const now = () => clock.now();
    const tell = (said: string, failed: boolean) => {
      const { id, name } = live.rule;
      this.#options.onRun?.({ rule: { id, name }, until, took: clock.now() - began, said, failed });
    };
    let held: Promise<unknown> | undefined;
    try {
      const since = live.since > this.#since ? live.since : this.#since;
      const { frequency } = live.rule.schedule;
      const from = course.newest === undefined || back ? undefined : until - (course.newest - 1n) * frequency;
      const how = { until, due, anew: back === 'anew', retell, from, now };
      const run = (engine: Engine) => bringUp(engine, this.#options, { ...live, since }, how);
      const said = await this.#lanes[lane].run(run, this.#limit(lane, live, course, back), signal);
      if (back !== undefined) this.#lookedBack(live, course, back, true);
      else this.#succeeded(live, course, began);
      tell(said, false);
    } catch (error) {
      signal.throwIfAborted();
      // Its engine may hold the file of its evidence for a while.
      if (error instanceof TimeLimit) held = error.over;
      if (error instanceof TimeLimit && lane === 'prompt') course.slow = true;
      if (error instanceof TimeLimit && lane === 'prompt' && !error.isStuck) return;
      if (back !== undefined) this.#lookedBack(live, course, back, false);
      tell(back !== undefined ? inWords(error, live) : this.#failed(live, course, { until, due, began }, error), true);
    } finally {
      const free = () => {
        course.running = false;
      };
      if (held === undefined) free();
      else held.then(free, free);
    }
  }

  /** How long a run may take. While it looks back its own ticks wait: for about one of them, or a small part of the time. */
  #limit(lane: LaneName, { rule }: LiveRule, { revisit, retell }: Course, back: Due['back']): bigint {
    const most = this.#options.limits[lane];
    if (back === undefined) return most;
    const { limit } = back === 'anew' ? revisit : retell;
    const { frequency } = rule.schedule;
    const least = limit > frequency ? limit : frequency;
    return least < most ? least : most;
  }

  #lookedBack({ rule }: LiveRule, course: Course, back: Due['back'], succeeded: boolean): void {
    const { store, clock } = this.#options;
    const now = clock.now();
    if (back === 'anew') course.revisit.looked(now, hasSkipped(store, rule.id));
    else course.retell.looked(now, !succeeded);
    // Either tells all stories.
    if (succeeded) course.untold = undefined;
  }

  #succeeded(live: LiveRule, course: Course, began: bigint): void {
    const { clock, limits } = this.#options;
    const now = clock.now();
    const took = now - began;
    const usual = this.#usualChunk(live);
    if (course.newest !== undefined) course.revisit.begin(now);
    const wider = course.chunk === undefined || course.chunk >= ticksAtOnce ? usual : course.chunk * 2n;
    Object.assign(course, { failures: 0, alone: 0, passed: 0, chunk: wider, newest: undefined });
    course.slow = took > limits.prompt / 2n;
    course.saidAt = now;
    course.notBefore = isNear(live) ? began + (took > leastNear / 2n ? 2n * took : leastNear) : 0n;
  }

  /** Writes down what was not looked at, and when it is tried again. Gives what went wrong, in words. */
  #failed(
    live: LiveRule,
    course: Course,
    { until, due, began }: Pick<Due, 'until' | 'due'> & { readonly began: bigint },
    error: unknown,
  ): string {
    const { store, clock } = this.#options;
    const { rule } = live;
    const { frequency } = rule.schedule;
    const now = clock.now();
    course.failures += 1;
    const waits = (failures: number) => {
      const pause = frequency * 2n ** BigInt(Math.min(failures - 1, 10));
      course.saidAt = now;
      course.notBefore = now + (pause < longestPause ? pause : longestPause);
    };
    waits(course.failures);
    const state = ruleState(store, rule.id);
    const last = standingState(store, live, now)?.looked?.last;
    // What another revision looked at need not be looked at for a while; what comes since is looked at by none.
    const stood = last ?? state?.looked?.last ?? until;
    const first = tickAtOrAfter(stood + 1n, frequency);
    const reason: Gap['reason'] = error instanceof TimeLimit ? 'time' : isOutOfMemory(error) ? 'memory' : 'failed';
    const detail = inWords(error, live);
    // What it found was entered, and what failed was to let go of its file: nothing was left out.
    if (state !== undefined && state.ranAt >= began && last !== undefined && last >= until) return detail;
    const from = first < until ? first : until;
    store.transaction(() => openGap(store, { rule: rule.id, first: from, last: due, reason, detail }, now));
    const ticks = (until - from) / frequency + 1n;
    if (reason !== 'failed' || last !== undefined) course.chunk = ticks > 1n ? ticks / 2n : 1n;
    const alone = ticks > 1n ? 0 : course.alone + 1;
    // As many as see the newest rows; then one. It matters where nothing usable is kept: all that there is was tried.
    const { period } = rule.schedule;
    if (!isOfMachine(error) && (last === undefined || reason !== 'failed' || alone >= triesAlone))
      course.newest = course.newest === undefined && period > frequency ? period / frequency : 1n;
    if (last === undefined || isOfMachine(error)) return detail;
    course.alone = alone;
    // Over less at once is no try of the same.
    if (reason === 'failed') waits(Math.max(course.alone, 1));
    if (course.alone >= (course.passed > 0 ? 1 : triesAlone)) {
      // Twice as many each time: it is soon where it should be, and of a short failure little is left out.
      const further = last + frequency * 2n ** BigInt(Math.min(course.passed, 30));
      const to = further < due ? further : due;
      // What it leaves out one after another is one stretch.
      passOver(this.#options, live, {
        first: course.passed > 0 ? last : from,
        until: to > until ? to : until,
        at: now,
        why: detail,
      });
      // What fails for a while only is then left out for a few ticks.
      const pause = leastNear * 2n ** BigInt(Math.min(course.passed, 20));
      Object.assign(course, { alone: 0, passed: course.passed + 1, saidAt: now });
      course.notBefore = now + (pause < frequency ? pause : frequency);
      course.revisit.begin(now);
      const judgement = judgementsOf(this.#options)(rule.id);
      if (state !== undefined && state.exceptions !== judgement) {
        course.untold = judgement;
        course.retell.begin(now);
      }
    }
    return detail;
  }

  #usualChunk({ rule }: LiveRule): bigint | undefined {
    return tickByTick(this.#options, rule) ? ticksAtOnce : undefined;
  }

  #courseOf(live: LiveRule): Course {
    const { rule, revision } = live;
    const key = `${rule.id} ${revision}`;
    const known = this.#courses.get(key);
    if (known) return known;
    const state = ruleState(this.#options.store, rule.id);
    const slow = state?.revision !== revision || state.took > this.#options.limits.prompt / 2n;
    const course: Course = {
      ...{ slow, turn: 0, failures: 0, alone: 0, passed: 0, notBefore: 0n, saidAt: 0n, running: false },
      chunk: this.#usualChunk(live),
      newest: undefined,
      revisit: new Revisit(this.#options.clock.now()),
      ...{ untold: undefined, retell: new Revisit(this.#options.clock.now()) },
    };
    this.#courses.set(key, course);
    return course;
  }
}

function restOf({ notBefore, saidAt }: Course, now: bigint): bigint {
  return now < saidAt || notBefore < now ? 0n : notBefore - now;
}

function inWords(error: unknown, { rule }: LiveRule): string {
  const said = error instanceof Error ? saidOf(error, rule) : String(error);
  return error instanceof Error && isOurs(error) ? `a defect of Weir, please report it: ${said}` : said;
}

const longestUnlooked = second / 2n;
/** From the beginning of one run of a near-real-time rule to that of the next. */
const leastNear = second / 2n;

function isNear({ rule }: LiveRule): boolean {
  return rule.kind === 'NRT';
}

/** As often a run over one tick fails before the rule goes on behind it. */
const triesAlone = 3;

/** Whether a run failed for what is around it, as a full disk, and not for what it looks at. */
function isOfMachine(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    isDiskFull(error) || /^(E[A-Z]+|ERR_SQLITE.*)$/.test(code) || /^IO Error/.test(String((error as Error)?.message))
  );
}

const longestPause = 36_000_000_000n;

/** As many ticks of a rule that is run tick by tick as are looked at before others have their turn. */
const ticksAtOnce = 200n;

function tickByTick({ schema }: Surroundings, rule: LiveRule['rule']): boolean {
  try {
    const { eachRow, byIntervals } = ruleQuery(rule, schema);
    return eachRow === undefined && 'reason' in byIntervals;
  } catch {
    // Its run says what is wrong with it.
    return false;
  }
}
