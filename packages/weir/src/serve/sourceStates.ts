import { type GivenSoFar, isMany, readInputs } from '../live/inputs.ts';
import type { Clock } from '../model/clock.ts';
import type { Health, HealthState } from '../operate/health.ts';
import { plural } from '../report/format.ts';
import { troubledSources } from '../schedule/sources.ts';
import type { Store } from '../store/store.ts';
import { watchedPath } from './watchedPath.ts';

export interface SourceState {
  readonly state: HealthState;
  /** Why; empty where it is well. */
  readonly reason: string;
}

const hour = 36_000_000_000n;
const day = 24n * hour;

/** From so many on, and this part of what came, what came again or was rejected is told as a trouble of its source. */
const notable = { least: 10, part: 0.1 };
/** So many sources are told of in the service's health; the list of sources has all. */
const mostTold = 3;

type Totals = ReadonlyMap<string, GivenSoFar>;

/** How each source does: what it sent that could not be used, that it is silent, that rules do not see its rows. Each is of
 *  the last hours or the last day, and so is gone when the source is well again. */
export class SourceStates {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #watch: readonly string[];
  /** What all had given an hour ago or earlier, and less than an hour ago. */
  #before: { readonly at: bigint; readonly totals: Totals };
  #since: { readonly at: bigint; readonly totals: Totals };

  /** `watch` are the paths whose files are told of together. */
  constructor(store: Store, clock: Clock, watch: readonly string[] = []) {
    this.#store = store;
    this.#watch = watch;
    this.#clock = clock;
    this.#since = { at: clock.now(), totals: totalsOf(readInputs(store)) };
    this.#before = this.#since;
  }

  /** What is wrong with whom now: by `door/source`, those that are well left out. First those of whom something is not read. */
  judge(): Map<string, string> {
    const now = this.#clock.now();
    const given = readInputs(this.#store);
    const totals = totalsOf(given);
    const formats = Map.groupBy(given, nameOf);
    if (now - this.#since.at >= hour) {
      this.#before = this.#since;
      this.#since = { at: now, totals };
    }
    const silent = troubledSources(this.#store);
    const wrong = new Map<string, string>();
    const unread = new Set<string>();
    const oldFiles = this.#oldFiles(totals, now);
    for (const [name, trouble] of silent) wrong.set(name, `it is ${trouble}; an alert says since when`);
    for (const [name, total] of totals) {
      if (isMany(total.source)) continue;
      const before = this.#before.totals.get(name);
      const lately = (count: 'entries' | 'repeated' | 'records' | 'rejects') => total[count] - (before?.[count] ?? 0);
      const missing = notRead(formats.get(name) ?? [], now);
      if (missing.length > 0) unread.add(name);
      const said = [
        ...missing,
        ...[wrong.get(name) ?? []].flat(),
        ...share(lately('rejects'), lately('records'), 'record', 'could not be used: GET /api/rejects shows them'),
        ...share(
          lately('repeated'),
          Math.max(lately('entries'), lately('records')),
          'body or document',
          'came again and was not taken twice; a sender of equal bodies sends an Idempotency-Key or an _id with each',
        ),
        ...(oldFiles.get(name) ?? old(total, now)),
      ];
      if (said.length > 0) wrong.set(name, said.join('; '));
    }
    return new Map([...wrong].toSorted(([a], [b]) => Number(unread.has(b)) - Number(unread.has(a))));
  }

  /** What is said of old files where several lie under one watched path: of all the same. */
  #oldFiles(totals: Totals, now: bigint): Map<string, string[]> {
    const files = [...totals].flatMap(([name, total]) => {
      const path = watchedPath(this.#watch, total.door, total.source);
      return path === undefined || old(total, now).length === 0
        ? []
        : [{ name, path, age: total.lastAt - (total.newest ?? 0n) }];
    });
    return new Map(
      [...Map.groupBy(files, ({ path }) => path)].flatMap(([path, under]) => {
        if (under.length === 1) return [];
        const least = under.reduce((age, file) => (file.age < age ? file.age : age), under[0]?.age ?? 0n);
        const said = [`the newest row of ${under.length} files of ${path} is ${least / day} days old: ${oldLogs}`];
        return under.map(({ name }) => [name, said] as const);
      }),
    );
  }

  /** Tells the service's health of those that are not well; of files that the same is said of, once. */
  report(health: Health): void {
    const wrong = [
      ...Map.groupBy(this.judge(), ([name, reason]) => (name.startsWith('file/') ? reason : name)).values(),
    ].map((alike) => {
      const [[first, reason] = ['', '']] = alike;
      return `${alike.length === 1 ? first : `${first} and ${alike.length - 1} more`}: ${reason}`;
    });
    const told = wrong.slice(0, mostTold);
    const more = wrong.length > mostTold ? [`and ${wrong.length - mostTold} more: GET /api/sources`] : [];
    health.report('sources', wrong.length > 0 ? 'degraded' : 'ok', [...told, ...more].join(' | '));
  }
}

export function nameOf({ door, source }: { readonly door: string; readonly source: string }): string {
  return `${door}/${source}`;
}

function totalsOf(given: readonly GivenSoFar[]): Totals {
  const totals = new Map<string, GivenSoFar>();
  for (const each of given) {
    const so = totals.get(nameOf(each));
    totals.set(
      nameOf(each),
      so === undefined
        ? each
        : {
            ...so,
            entries: so.entries + each.entries,
            repeated: so.repeated + each.repeated,
            records: so.records + each.records,
            rejects: so.rejects + each.rejects,
            aside: so.aside + each.aside,
            lastAt: so.lastAt > each.lastAt ? so.lastAt : each.lastAt,
            newest: (so.newest ?? 0n) > (each.newest ?? 0n) ? so.newest : each.newest,
          },
    );
  }
  return totals;
}

function notRead(given: readonly GivenSoFar[], now: bigint): string[] {
  const aside = given.reduce((sum, each) => sum + each.aside, 0);
  const kept = aside === 0 ? '' : ` (${plural(aside, 'body', 'bodies')} kept aside so far)`;
  return given.flatMap(({ reason, reasonAt }) =>
    reason === undefined || reasonAt === undefined || now - reasonAt >= day ? [] : [`${reason}${kept}`],
  );
}

function share(some: number, all: number, what: string, said: string): string[] {
  if (some < notable.least || some < all * notable.part) return [];
  return [`${some} times in the last hours a ${what} ${said}`];
}

const oldLogs = 'these are old logs, or a clock is wrong';

/** No rule looks back so far, and who sends old logs should know. */
function old({ newest, lastAt }: GivenSoFar, now: bigint): string[] {
  if (newest === undefined || lastAt - newest < 2n * day || now - lastAt >= day) return [];
  return [`its newest row is ${(lastAt - newest) / day} days old: ${oldLogs}`];
}
