import { createHash } from 'node:crypto';
import type { Finding } from '../model/finding.ts';
import type { Store } from '../store/store.ts';
import { type Habit, longest, noHabit, turned, usual, withLength } from './rhythm.ts';
import type { Told } from './told.ts';

/** What a source has sent by now. Times are ticks. */
export interface SourceSent {
  readonly source: string;
  /** When it last sent something. */
  readonly lastAt: bigint;
  /** The latest time that its records tell, or those of another that were read with them; null where they tell none. */
  readonly newest: bigint | null;
}

const minute = 600_000_000n;
const hour = 60n * minute;
const day = 24n * hour;

/** A source is silent, or late, where it is so for twice as long as is usual for it, and never for less than a quarter of an
 *  hour; in its first week, when its nights and weekends are not known, for a day. Who sent for less than half a day, or
 *  paused for most of the time, as what is loaded once or twice, is not used to send (`used`). What has been silent four weeks
 *  longer than that is forgotten; a file beside others that go on, after a week. */
export const thresholds = {
  ...{ least: 15n * minute, times: 2n, young: 7n * day, whileYoung: day },
  ...{ window: 28n * day, used: 12n * hour, forgotten: 28n * day, forgottenFile: 7n * day },
};

interface Rhythm {
  readonly source: string;
  readonly firstAt: bigint;
  readonly lastAt: bigint;
  readonly pauses: Habit;
  readonly delays: Habit;
  readonly countedSince: bigint;
  readonly silent: string | null;
  readonly lagging: string | null;
}

/** Notices sources that used to send and are silent, or whose records have become late, and tells it as findings of rules of
 *  its own, which are gone when the source is as it was. What each is used to is learned from what it sends. Time in which
 *  nobody listened, as before `listening`, is nobody's silence. */
export class SourceWatch {
  readonly #store: Store;
  readonly #apply: (told: Told) => void;
  readonly #listening: bigint;

  constructor(store: Store, listening: bigint, apply: (told: Told) => void) {
    this.#store = store;
    this.#listening = listening;
    this.#apply = apply;
  }

  /** Looks at what all sources have sent, in one transaction with what it tells. Gives those that it forgot: what was told of
   *  their silence stays, and if they send again they are new. */
  look(sent: readonly SourceSent[], now: bigint): readonly string[] {
    return this.#store.transaction(() => {
      const forgotten: string[] = [];
      this.#store
        .statement('DELETE FROM source_rhythm WHERE source NOT IN (SELECT value FROM json_each(?))')
        .run(JSON.stringify(sent.map(({ source }) => source)));
      const silent: Change[] = [];
      const lagging: Change[] = [];
      for (const each of sent) {
        const known = rhythmOf(this.#store, each.source);
        const heard = this.#heard(known, each, now);
        const limit = limitOf(heard.pauses, heard, now);
        const listened = now - this.#listening;
        if (now - heard.lastAt > limit + thresholds.forgotten && listened > limit) {
          this.#store.statement('DELETE FROM source_rhythm WHERE source = ?').run(each.source);
          forgotten.push(each.source);
          continue;
        }
        const quiet = now - heard.lastAt;
        // It has not sent since it was told of, whoever listened.
        const stillSilent = heard.silent !== null && heard.lastAt === known?.lastAt;
        const isSilent = stillSilent || (isUsed(heard) && (quiet < listened ? quiet : listened) > limit);
        const delay = each.newest === null ? 0n : each.lastAt - each.newest;
        const isLate = !isSilent && isUsed(heard) && delay > limitOf(heard.delays, heard, now);
        const next = {
          ...heard,
          silent: isSilent ? (heard.silent ?? idOf('silent', each.source, now)) : null,
          lagging: isLate ? (heard.lagging ?? idOf('lagging', each.source, now)) : null,
        };
        if (next.silent !== heard.silent)
          silent.push({
            gone: heard.silent,
            found: next.silent === null ? null : silentFinding(next.silent, heard, now),
          });
        if (next.lagging !== heard.lagging)
          lagging.push({
            gone: heard.lagging,
            found: next.lagging === null ? null : lateFinding(next.lagging, heard, delay, now),
          });
        if (next.lastAt !== known?.lastAt || next.silent !== known.silent || next.lagging !== known.lagging)
          writeRhythm(this.#store, next);
      }
      this.#tell(silentRule, silent, now, 'it sends again');
      this.#tell(lateRule, lagging, now, 'its records come in time again, or no longer');
      return forgotten;
    });
  }

  /** The rhythm with what was heard since. */
  #heard(known: Rhythm | undefined, { source, lastAt, newest }: SourceSent, now: bigint): Rhythm {
    if (known === undefined) {
      const none = { pauses: noHabit, delays: noHabit, silent: null, lagging: null };
      return { ...none, source, firstAt: now, lastAt, countedSince: now };
    }
    if (lastAt <= known.lastAt) return known;
    const due = now - known.countedSince >= thresholds.window;
    const [pauses, delays] = due ? [turned(known.pauses), turned(known.delays)] : [known.pauses, known.delays];
    // A pause in which nobody listened is not the source's.
    const listened = known.lastAt >= this.#listening;
    return {
      ...known,
      lastAt,
      pauses: listened ? withLength(pauses, lastAt - known.lastAt) : pauses,
      // While it is late that is no habit: each time counts once, as a pause does.
      delays: newest === null || known.lagging !== null ? delays : withLength(delays, lastAt - newest),
      countedSince: due ? now : known.countedSince,
    };
  }

  #tell(rule: Finding['rule'], changes: readonly Change[], at: bigint, because: string): void {
    if (changes.length === 0) return;
    const findings = changes.flatMap(({ found }) =>
      found ? [{ finding: found, aliases: [], hiddenBy: [], retro: false }] : [],
    );
    const judged = changes.flatMap(({ gone, found }) => [gone, found ? found.id : null].filter((id) => id !== null));
    this.#apply({ rule, revision: rule.version, findings, judged, at, wholeSince: 0n, canary: false, because });
  }
}

interface Change {
  readonly gone: string | null;
  readonly found: Finding | null;
}

/** Whether its silence, or its lateness, says something: it has sent for a while, and did not pause for most of it. */
function isUsed({ firstAt, lastAt, pauses }: Rhythm): boolean {
  const span = lastAt - firstAt;
  return span >= thresholds.used && 2n * longest(pauses) <= span;
}

function limitOf(habit: Habit, { firstAt }: Rhythm, now: bigint): bigint {
  const own = usual(habit) * thresholds.times;
  const least = now - firstAt < thresholds.young ? thresholds.whileYoung : thresholds.least;
  return own > least ? own : least;
}

const silentRule = { id: 'weir-silent-source', name: 'A source is silent', version: '1' };
const lateRule = { id: 'weir-late-source', name: 'A source is late', version: '1' };

function idOf(kind: string, source: string, now: bigint): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, source, `${now}`]))
    .digest('hex')
    .slice(0, 32);
}

function silentFinding(id: string, { source, lastAt, pauses }: Rhythm, now: bigint): Finding {
  const pause = usual(pauses);
  const title = `${source} has sent nothing for ${inWords(now - lastAt)}`;
  const known =
    pause === 0n ? 'how long it usually pauses is not known yet' : `it usually pauses ${inWords(pause)} at most`;
  return { ...aboutSource(source), id, rule: silentRule, title, reasons: [known], firstSeen: lastAt, lastSeen: now };
}

function lateFinding(id: string, { source, delays }: Rhythm, delay: bigint, now: bigint): Finding {
  const title = `what ${source} sends is ${inWords(delay)} old when it comes`;
  const reason = `it is usually ${inWords(usual(delays))} old at most`;
  return { ...aboutSource(source), id, rule: lateRule, title, reasons: [reason], firstSeen: now, lastSeen: now };
}

/** Nothing left the organisation: the source is all that there is to tell. */
function aboutSource(source: string): Omit<Finding, 'id' | 'rule' | 'title' | 'reasons' | 'firstSeen' | 'lastSeen'> {
  const unnamed = { account: '', accountDomain: '', process: '', processFolder: '', processSha256: '' };
  return {
    ...{ severity: 'medium', score: 50, confidence: 'high', tactics: [], techniques: [] },
    entities: { ...unnamed, device: source, parentProcess: '', commandLine: '', destination: '' },
    ...{ service: '', category: '', services: [], bytesSent: null, bytesReceived: null, bytesKnown: 0 },
    ...{ bytesSources: [], connections: 0, evidence: { count: 0, eventIds: [], absence: true, sample: [] } },
  };
}

function inWords(ticks: bigint): string {
  const minutes = ticks / minute;
  if (minutes < 120n) return `${minutes} min`;
  return minutes < 48n * 60n ? `${minutes / 60n} h` : `${minutes / (24n * 60n)} days`;
}

function rhythmOf(store: Store, source: string): Rhythm | undefined {
  const row = store.statement('SELECT * FROM source_rhythm WHERE source = ?').get(source);
  if (row === undefined) return undefined;
  return {
    source,
    firstAt: row.first_at as bigint,
    lastAt: row.last_at as bigint,
    pauses: JSON.parse(String(row.pauses)),
    delays: JSON.parse(String(row.delays)),
    countedSince: row.counted_since as bigint,
    silent: row.silent as string | null,
    lagging: row.lagging as string | null,
  };
}

/** Sources that are silent or late, as the last look found them. */
export function troubledSources(store: Store): Map<string, 'silent' | 'late'> {
  const rows = store.statement(
    'SELECT source, silent FROM source_rhythm WHERE silent IS NOT NULL OR lagging IS NOT NULL',
  );
  return new Map(rows.all().map(({ source, silent }) => [String(source), silent === null ? 'late' : 'silent']));
}

function writeRhythm(store: Store, rhythm: Rhythm): void {
  const { source, firstAt, lastAt, pauses, delays, countedSince, silent, lagging } = rhythm;
  store
    .statement('INSERT OR REPLACE INTO source_rhythm VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(source, firstAt, lastAt, JSON.stringify(pauses), JSON.stringify(delays), countedSince, silent, lagging);
}
