import type { Schema } from '@weir/kql/types';
import { detailColumns } from '../detect/details.ts';
import { type Found, findingsOf } from '../detect/findings.ts';
import { ruleQuery } from '../detect/ruleQuery.ts';
import { scoreQuery } from '../detect/score.ts';
import { update } from '../detect/update.ts';
import { isTimeless } from '../detect/window.ts';
import { type Engine, isOutOfMemory } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import { isDiskFull } from '../lake/lake.ts';
import type { Snapshot } from '../live/snapshot.ts';
import type { Exception } from '../model/exception.ts';
import type { Rule, RuleSchedule } from '../rules/rule.ts';
import { publicTables, type Table } from '../tables/index.ts';
import type { StoryOf } from './identity.ts';
import { Kept, type Touched } from './kept.ts';
import type { RuleState } from './ruleState.ts';
import { type Looked, ticksOf } from './spans.ts';

export interface RuleRunOptions {
  /** With the snapshot's views; the rule's evidence is made in it. */
  readonly engine: Engine;
  readonly rule: Rule & { readonly schedule: RuleSchedule };
  readonly schema: Schema;
  readonly snapshot: Snapshot;
  /** Where the rule stands; undefined: nothing of it is kept, as where it is new. */
  readonly state: RuleState | undefined;
  /** Whether everything is to be looked at anew, whatever is kept. */
  readonly anew: boolean;
  /** The file of its evidence. */
  readonly file: string;
  /** The last tick to look at. */
  readonly until: bigint;
  /** The first tick to look at where nothing of it is kept; undefined: the first that sees a row. */
  readonly from: bigint | undefined;
  /** Evidence times before this may be gone from the lake; null: nothing is. */
  readonly retained: bigint | null;
  /** Since when it counts that there is nothing: evidence times. Undefined: always. */
  readonly absentFrom: bigint | undefined;
  readonly exceptions: readonly Exception[];
  /** Whether all stories are to be told again, as where the exceptions have changed. */
  readonly all: boolean;
  /** Whether the rows that came since its last run are few enough for one thread. */
  readonly few: boolean;
  /** Stories that are over for good: their evidence is kept no longer. */
  readonly settled: readonly StoryOf[];
  /** The stories of these keys that stand already, or all where none are given: what a run tells again is no flood. */
  readonly standing: (keys?: readonly (readonly string[])[]) => readonly StoryOf[];
  /** As many as a run may add; undefined: as many as a scan may have. */
  readonly findingsMost: number | undefined;
  /** Enters what was found, once the rule's file has it: whom it is told need not wait until that file is let go of. */
  readonly enter: (result: RuleRunResult) => void;
}

/** What a run found, which is in the rule's file under `stamp`, and not yet in the store. */
export interface RuleRunResult {
  readonly looked: Looked | undefined;
  /** Ticks that could not be looked at, as the rows that they see are gone, or lie before those that were to be. */
  readonly unseen: readonly Looked[];
  /** Whether the latter is so. */
  readonly isShort: boolean;
  readonly stamp: bigint;
  readonly timeless: string;
  /** Everything was judged anew, whatever was kept. */
  readonly anew: boolean;
  /** The touched stories are all there are. */
  readonly toldAll: boolean;
  readonly touched: Touched;
  /** The stories of the touched keys as they stand. */
  readonly found: readonly Found[];
  /** How many more there are than a run may add. The gravest are told; nothing is kept of these. */
  readonly more: number;
  readonly method: string;
}

/** Brings a rule up to a tick over a snapshot: only what came since its last run is looked at, where something of it is
 *  kept and the lake remembers what changed. Gives in words how. Throws what the rule's query, a limit, the engine or `enter`
 *  throws: then the rule is where it was, unless all was entered and only letting go of its file failed. */
export async function runLive(options: RuleRunOptions): Promise<string> {
  const { engine, rule, schema, snapshot, state, file, until, retained, exceptions, few, findingsMost, enter } =
    options;
  const query = ruleQuery(rule, schema);
  scoreQuery(rule);
  if (state === undefined) await Kept.remove(file);
  const { period } = rule.schedule;
  const keptFor = { keys: rule.weir.finding.key, told: detailColumns(rule), tables: query.tables, period };
  const kept = await Kept.open(engine, file, keptFor).catch(async (error: unknown) => {
    if (isOfMoment(error)) throw error;
    // A file that cannot be read is made anew, as one that is not there.
    await Kept.remove(file);
    return Kept.open(engine, file, keptFor);
  });
  const run = async (): Promise<string> => {
    const timeless = await timelessRows(engine, query.tables.filter(isTimeless));
    const standing = state && (await standingOf(kept, state, timeless));
    const known = standing !== undefined && !options.anew && snapshot.remembers(standing.seq) ? standing : undefined;
    const changes = (which: 'added' | 'replaced') => (name: string) => snapshot[which](tableOf(name), known?.seq ?? 0n);
    const { from = 0n } = options;
    // It is as if what came before it were gone.
    const isShort = known === undefined && from - period > (retained ?? 0n);
    const { before, after, looked, unseen, isCut } = await ticksOf(engine, rule.schedule, query.tables, {
      known: known?.looked,
      // Of what a short run does not look at nothing is kept, though somebody has.
      missed: isShort ? undefined : state?.looked,
      added: changes('added'),
      until: known?.looked && known.looked.last > until ? known.looked.last : until,
      retained: isShort ? from - period : retained,
    });
    const stamp = (state?.stamp ?? 0n) + 1n;
    const regained = known !== undefined && known !== state;
    const judge = async (): Promise<string> => {
      const method =
        after === undefined
          ? 'nothing to look at yet'
          : await update(engine, rule, schema, kept.evidence, {
              ...(before === undefined ? {} : { before }),
              ...{ after, added: changes('added'), replaced: changes('replaced') },
              absentFrom: options.absentFrom,
              rows: (name, within) => `(${snapshot.rows(tableOf(name), within)})`,
            });
      const all = options.all || before === undefined || regained;
      const { touched, found, more } = await kept.transaction(stamp, async () => {
        let more = 0;
        await kept.forget(options.settled);
        const touched = await kept.merge(all);
        await kept.load();
        const tell = {
          ...{ tables: query.tables, conditions: exceptions, growth: false, keeping: true, facts: kept.facts },
          flood: {
            ...(findingsMost !== undefined && { most: findingsMost }),
            standing: () => [
              ...options.standing(before === undefined ? undefined : touched.keys),
              // Another's story that is theirs now.
              ...touched.renamed.map(({ to, now }) => ({ key: to, firstSeen: now.from, lastSeen: now.until })),
            ],
            onMore: (count: number) => {
              more = count;
            },
          },
        };
        const found = (await kept.isEmpty()) ? [] : await findingsOf(engine, rule, tell);
        if (more > 0) await kept.forgetUntold();
        const isAll = looked !== undefined && more === 0 && unseen.length === 0;
        await kept.reach(isAll ? { stamp, looked, seq: snapshot.seq, timeless } : undefined);
        return { touched, found, more };
      });
      const anew = before === undefined;
      enter({
        ...{ looked, unseen, isShort: isShort && isCut, stamp, timeless },
        ...{ anew, toldAll: anew || regained, touched, found, more, method },
      });
      return method;
    };
    return few && before !== undefined ? engine.onOneThread(judge) : judge();
  };
  const method = await run().catch(async (error: unknown) => {
    // What went wrong first is told, not what then cannot be tidied up.
    await kept.close().catch(() => undefined);
    throw error;
  });
  await kept.close();
  return method;
}

/** The state that the kept evidence is of: the store's, or that of the run after it whose evidence was written and whose
 *  transaction of the store was not. What that run touched is not known any more. */
async function standingOf(
  kept: Kept,
  state: RuleState,
  timeless: string,
): Promise<Pick<RuleState, 'looked' | 'seq'> | undefined> {
  const stamp = await kept.stamp();
  if (state.stamp === stamp) return state.timeless === timeless ? state : undefined;
  const reached = await kept.reached();
  const isNext = reached !== undefined && reached.stamp === stamp && stamp === state.stamp + 1n;
  return isNext && reached.timeless === timeless ? reached : undefined;
}

/** Whether a file could not be opened for what is around it: it may be as it was. */
function isOfMoment(error: unknown): boolean {
  const said = error instanceof Error ? error.message : '';
  return (
    isOutOfMemory(error) || isDiskFull(error) || /Too many open files|Could not set lock|Cannot open file/i.test(said)
  );
}

function tableOf(name: string): Table {
  const table = publicTables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`the lake has no table ${name}`);
  return table;
}

/** A text that changes with the rows of tables without a time. */
async function timelessRows(engine: Engine, tables: readonly string[]): Promise<string> {
  const each = tables.map(async (name) => {
    const [row] = await engine.rows<{ text: string }>(
      `SELECT concat_ws('/', count(*), coalesce(sum(hash(rows)), 0)) AS text FROM main.${sqlName(name)} AS rows`,
    );
    return `${name} ${row?.text}`;
  });
  return (await Promise.all(each)).join('\n');
}
