import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Schema } from '@weir/kql/types';
import { ruleQuery } from '../detect/ruleQuery.ts';
import type { Engine } from '../engine/engine.ts';
import { isToldAnew } from '../live/fusion/tagging.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Snapshot } from '../live/snapshot.ts';
import type { Exception, GivenVerdict } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import type { Rule, RuleSchedule } from '../rules/rule.ts';
import type { Store } from '../store/store.ts';
import { deviceNetworkEvents, egressDaily } from '../tables/index.ts';
import { conclude } from './conclude.ts';
import { settle, settledEpisodes, standingStories } from './episodes.ts';
import { closeGaps, leftUntil, openGap } from './gaps.ts';
import { askedOf } from './hiding.ts';
import { type RuleRunResult, runLive } from './ruleRun.ts';
import { ruleState, standingState, writeRuleState } from './ruleState.ts';
import type { Told } from './told.ts';

/** A rule as the service runs it. */
export interface LiveRule {
  readonly rule: Rule & { readonly schedule: RuleSchedule };
  /** Changes with whatever decides what the rule finds, but the logs. */
  readonly revision: string;
  /** When this revision was first there: what its first run finds that lies wholly before it is retro. */
  readonly since: bigint;
}

/** What runs of rules need around them. */
export interface Surroundings {
  readonly store: Store;
  readonly lake: Pick<LiveLake, 'snapshot'>;
  /** Where the rules' evidence is kept, a file each. */
  readonly folder: string;
  readonly schema: Schema;
  readonly exceptions: () => readonly Exception[];
  /** What people confirmed of findings: an exception that would hide one of them is refused. Asked for rules that have
   *  exceptions. */
  readonly confirmed: () => readonly GivenVerdict[];
  /** As many findings as a run may add to those that stand; as many as a scan may have where it is absent. */
  readonly findingsMost?: number;
  /** Evidence times before this may be gone from the lake; null: nothing is. */
  readonly retained: () => bigint | null;
  /** Since when logs were to come, as an evidence time: that there were none before tells nothing, whatever time a record that
   *  came since says of itself. Absent: it always tells. */
  readonly absentFrom?: () => bigint;
  /** The rows that a rule over connections does not see, as they are not fused although they came long ago. */
  readonly unjoined?: () => { readonly from: bigint | undefined; readonly told: string } | undefined;
  /** Told by each run of a rule but its first how long the first rows that it has not looked at have been in the lake;
   *  ticks. */
  readonly onLook?: (live: LiveRule, waited: bigint) => void;
  /** Whether a finding is of a scenario that tests the service. */
  readonly isCanary: (finding: Finding) => boolean;
  /** Told within the transaction in which the rule's progress is written: both are there, or neither. */
  readonly apply: (told: Told) => void;
}

/** Brings a rule's stories up to a tick, by what came since its last run or over everything (`anew`), in one transaction of the
 *  store with whatever `apply` writes. `due` is the last tick that it should have reached. Where people have decided otherwise
 *  about findings, all stories are told again (`retell`), or that is left to a later run. Where nothing of it is kept, no tick
 *  before `from` is looked at: that time is left behind. Gives in words how. A crash or an error anywhere leaves the rule where
 *  it was; the next run begins there, or goes on from its evidence where that was written and the store was not. */
export async function bringUp(
  engine: Engine,
  around: Surroundings,
  live: LiveRule,
  {
    until,
    due,
    anew,
    retell = true,
    from,
    now,
  }: {
    readonly until: bigint;
    readonly due: bigint;
    readonly anew: boolean;
    readonly retell?: boolean;
    readonly from?: bigint | undefined;
    readonly now: () => bigint;
  },
): Promise<string> {
  const { store, lake, folder, schema, retained: retainedFrom, isCanary, apply } = around;
  const { rule, revision } = live;
  const began = now();
  const state = standingState(store, live, began);
  const firstThere = state === undefined ? newFrom(store, live) : live.since;
  const exceptions = around.exceptions();
  const verdicts = askedOf(exceptions, rule.id).length === 0 ? [] : around.confirmed();
  const judgement = judgementsOf({ exceptions: () => exceptions, confirmed: () => verdicts })(rule.id);
  const retained = retainedFrom();
  const tables = readTables(rule, schema);
  // Asked before the snapshot is taken: what is fused in between is looked at now, and said to be so with the next run.
  const unjoined = tables.includes(deviceNetworkEvents.name) ? around.unjoined?.() : undefined;
  const settled =
    retained === null || state === undefined ? [] : settledEpisodes(store, rule.id, settledBefore(rule, retained));
  const snapshot = lake.snapshot();
  try {
    const came = state && snapshot.cameAfter(tables, state.seq);
    if (came?.first !== undefined) around.onLook?.(live, began - came.first);
    await show(engine, lake, snapshot);
    const enter = (run: RuleRunResult) =>
      store.transaction(() => {
        const at = now();
        const since = state?.since ?? firstThere;
        const kept = retained ?? 0n;
        const anew = run.anew && !run.isShort;
        const all = retell && state !== undefined && state.exceptions !== judgement;
        // What a short run did not look at is not gone, and is in no evidence until a run over everything.
        const left = anew ? undefined : leftUntil(store, rule.id);
        const wholeSince = greatest(kept, run.isShort ? (from ?? 0n) : 0n, left === undefined ? 0n : left + 1n);
        const late = until - rule.weir.lateness;
        // What rows that are told anew change is of the past as what a changed rule finds in it.
        const toldAnew = state !== undefined && isToldAnew(store, state.seq);
        const { stories, lost, others } = conclude(store, {
          ...{ rule, revision, exceptions, verdicts, at },
          retroBefore: since > late && (state === undefined || toldAnew) ? since : late,
          toldAnew,
          wholeSince,
          touched: run.touched,
          anew: run.toldAll,
          found: run.found,
        });
        for (const canary of [false, true]) {
          const findings = stories.filter(({ finding }) => isCanary(finding) === canary);
          const gone = lost.filter(({ finding }) => isCanary(finding) === canary);
          if (findings.length + gone.length === 0) continue;
          const judged = [...findings.map(({ finding }) => finding.id), ...gone.map(({ id }) => id)];
          const { id, name, version } = rule;
          apply({ rule: { id, name, version }, revision, findings, judged, at, wholeSince, canary });
        }
        for (const { id } of settled) settle(store, id);
        const why = run.isShort
          ? ({ reason: 'skipped', detail: tooMuch } as const)
          : ({ reason: 'retention', detail: outlived } as const);
        // After everything that is due nothing is left behind, though it be of ticks that were and are no more.
        const reached = anew && until >= due ? undefined : until;
        closeGaps(store, rule.id, reached, { at, anew, wholeSince: kept, ...(unjoined && { but: 'fusion' }) });
        for (const { first, last } of run.unseen) openGap(store, { rule: rule.id, first, last, ...why }, at);
        if (run.more > 0) {
          const last = run.anew ? undefined : state?.looked?.last;
          const next = last === undefined ? (run.looked?.first ?? until) : last + rule.schedule.frequency;
          const first = next < until ? next : until;
          openGap(store, { rule: rule.id, first, last: until, reason: 'flood', detail: tooMany(run.more) }, at);
        }
        const first = unjoined?.from ?? until;
        if (unjoined && first <= until)
          openGap(store, { rule: rule.id, first, last: until, reason: 'fusion', detail: unjoined.told }, at);
        writeRuleState(store, {
          ...{ rule: rule.id, name: rule.name, revision, since },
          looked: run.looked,
          seq: snapshot.seq,
          stamp: run.stamp,
          timeless: run.timeless,
          // Where exceptions now judge differently of what was not looked at, a later run tells all. One that did has told what
          // any but a run over everything can.
          exceptions:
            others && !all && !run.toldAll
              ? ''
              : retell || run.anew || state === undefined
                ? judgement
                : state.exceptions,
          method: run.method,
          ranAt: at,
          took: at - began,
        });
      });
    return await runLive({
      ...{ engine, rule, schema, snapshot, state, anew, until, from, retained, exceptions },
      absentFrom: around.absentFrom?.(),
      file: join(folder, evidenceName(rule.id)),
      all: retell && state !== undefined && state.exceptions !== judgement,
      few: rule.kind === 'NRT' && came !== undefined && came.rows <= fewRows,
      ...{ settled, standing: (keys) => standingStories(store, rule.id, keys), findingsMost: around.findingsMost },
      enter,
    });
  } finally {
    snapshot.release();
  }
}

/** From when on what a rule finds that begins anew is new to people: since this revision was there, or since the one before it
 *  last looked, as over the time in which the service was brought up to date. */
function newFrom(store: Store, { rule, since }: LiveRule): bigint {
  const last = ruleState(store, rule.id)?.looked?.last;
  return last !== undefined && last < since ? last : since;
}

/** So many new rows or fewer are looked at on one thread by a near-real-time rule, which sees a minute at a time: what it does is
 *  mostly to plan statements, and a run with a hit then takes two thirds of the processor time. */
const fewRows = 50_000;

/** The commit of which lake an engine shows: its views are made anew for another only. */
const shown = new WeakMap<Engine, { readonly lake: object; readonly seq: bigint }>();

async function show(engine: Engine, lake: object, snapshot: Snapshot): Promise<void> {
  const { seq } = snapshot;
  const there = shown.get(engine);
  if (there?.lake === lake && there.seq === seq) return;
  shown.delete(engine);
  await snapshot.show(engine);
  shown.set(engine, { lake, seq });
}

function tooMany(more: number): string {
  const count = more.toLocaleString('en-US');
  return `it found ${count} more stories than a run may add: the gravest are told, and nothing is kept of the others; narrow its query, or name fewer columns in weir.finding.key: it is then run anew`;
}

const tooMuch =
  'a run over all that there is failed, or took too long or too much memory, and the rule began after this time; it is looked at again later';

function greatest(...times: readonly bigint[]): bigint {
  return times.reduce((one, other) => (one > other ? one : other));
}

const outlived = 'the rows that these runs see are no longer all kept';

/** The stored tables of which a rule's query reads rows; a rollup's are those that it is reckoned from. */
export function readTables(rule: Rule, schema: Schema): string[] {
  return ruleQuery(rule, schema).tables.map((name) => (name === egressDaily.name ? deviceNetworkEvents.name : name));
}

/** A story that ended before this can have no more rows: those that come within its quiet time are not kept either. */
function settledBefore({ weir, schedule }: LiveRule['rule'], retained: bigint): bigint {
  return retained - weir.finding.quiet - schedule.period;
}

/** A text for each rule that changes with what people decided about its findings, as it is now. What was confirmed matters to
 *  exceptions alone. */
export function judgementsOf({
  exceptions,
  confirmed,
}: Pick<Surroundings, 'exceptions' | 'confirmed'>): (rule: string) => string {
  const inForce = exceptions();
  const known = new Map<string, string>();
  let cases: string | undefined;
  return (rule) => {
    const before = known.get(rule);
    if (before !== undefined) return before;
    const asked = askedOf(inForce, rule);
    if (asked.length > 0) cases ??= fingerprint(confirmed());
    const judgement = fingerprint([asked, asked.length === 0 ? '' : cases]);
    known.set(rule, judgement);
    return judgement;
  };
}

/** The name of the file of a rule's evidence. */
export function evidenceName(rule: string): string {
  return `${fingerprint(rule)}.duckdb`;
}

export function fingerprint(value: unknown): string {
  const text = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}` : each));
  return createHash('sha256').update(text).digest('base64url');
}
