import { checkException } from '../exceptions/check.ts';
import type { KnownRules } from '../exceptions/load.ts';
import type { Act } from '../model/alert.ts';
import type { Exception } from '../model/exception.ts';
import { UserError } from '../model/userError.ts';
import { ticksToIso } from '../report/format.ts';
import type { Store } from '../store/store.ts';
import { write } from '../store/trail.ts';
import { type Collateral, collateralOf, confirmedMet, type Looked, lookedAt } from './collateral.ts';
import { readLongs, withLongs } from './findingJson.ts';

/** An exception as a person makes it. `expires` is in ticks. */
export interface ExceptionDraft {
  readonly name: string;
  /** Rule ids; null: all. */
  readonly rules: readonly string[] | null;
  readonly when: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: bigint;
  /** Why it may hide confirmed cases; whoever lets people give it has asked whether they may. */
  readonly override?: string;
  /** The alert that it is made for. */
  readonly alert?: number | undefined;
}

export interface KeptException {
  readonly exception: Exception;
  /** Who made it. */
  readonly by: string;
  /** Who ended it before its time, when (ticks) and why. */
  readonly ended: { readonly by: string; readonly at: bigint; readonly reason: string } | null;
}

/** What conditions of the same rules would hide, and of which alerts that is told. */
export interface Preview extends Pick<Looked, 'since' | 'isCut'> {
  /** One for each condition. */
  readonly collaterals: readonly Collateral[];
}

/** Exceptions that people make while the service runs, beside those of files: held to the same rules, in the same trail as
 *  alerts, and never deleted. */
export class ExceptionBook {
  readonly #store: Store;
  readonly #known: () => KnownRules;

  /** `known`: the rules that can be named now. */
  constructor(store: Store, known: () => KnownRules) {
    this.#store = store;
    this.#known = known;
  }

  /** All that were ever made, the oldest first. */
  list(): KeptException[] {
    return this.#store.statement(`${selectKept} ORDER BY number`).all().map(kept);
  }

  /** Those that are held against findings. One whose time is over is among them, as what it hid stays hidden; one that a
   *  person ended is not: what it hid is shown. */
  inForce(): Exception[] {
    return this.list().flatMap(({ exception, ended }) => (ended === null ? [exception] : []));
  }

  /** How many alerts each exception hides that were last seen since then (ticks), by its id, those of files too. */
  hid(since: bigint): ReadonlyMap<string, number> {
    const rows = this.#store
      .statement(`SELECT value AS id, count(*) AS n FROM alert, json_each(alert.hidden_by_json)
        WHERE alert.hidden = 1 AND alert.canary = 0 AND alert.last_seen >= ? GROUP BY value`)
      .all(since);
    return new Map(rows.map(({ id, n }) => [String(id), Number(n)]));
  }

  /** Confirmed alerts that some exceptions would hide, by the exception's id; those without any are left out. */
  confirmed(exceptions: readonly Exception[]): Promise<ReadonlyMap<string, readonly number[]>> {
    return confirmedMet(this.#store, exceptions);
  }

  /** What exceptions with these conditions would hide, before one is made.
   *  @throws UserError `EXCEPTION_INVALID` */
  async preview(
    { rules, when, alert }: Pick<ExceptionDraft, 'rules' | 'alert'> & { readonly when: readonly string[] },
    now: bigint,
  ): Promise<Preview> {
    const lacking = { id: 'new', name: 'new', owner: 'nobody', reason: 'to see', created: now, expires: now + 1n };
    const known = this.#known();
    const checked = [];
    for (const each of when) checked.push(await checkException({ rules, when: each, ...lacking }, known));
    const looked = lookedAt(this.#store, { rules, now, alert });
    const collaterals: Collateral[] = [];
    for (const each of checked)
      collaterals.push(await collateralOf(looked, { ...each, expires: forever, place: 'new' }, now));
    return { since: looked.since, isCut: looked.isCut, collaterals };
  }

  /** Makes an exception.
   *  @throws UserError `EXCEPTION_INVALID`; `EXCEPTION_REFUSED` where it would hide confirmed cases without leave, or far more
   *  than was meant */
  async add(draft: ExceptionDraft, { actor, at }: Act): Promise<KeptException> {
    const { override, alert, ...rest } = draft;
    const leave = override === undefined ? {} : { override: { reason: override, by: actor } };
    const checked = await checkException({ ...rest, id: 'new', created: at, ...leave }, this.#known());
    const looked = lookedAt(this.#store, { rules: draft.rules, now: at, alert });
    const { refusal, hides, confirmed } = await collateralOf(looked, { ...checked, place: 'new' }, at);
    if (refusal !== '') {
      const [message = refusal, ...advice] = refusal.split(/\. (?=[A-Z])/);
      throw new UserError('EXCEPTION_REFUSED', 'when', message, `${advice.join('. ') || 'Narrow its condition'}.`);
    }
    return this.#store.transaction(() => {
      const number = Number(this.#store.statement('SELECT coalesce(max(number), 0) + 1 AS n FROM exception').get()?.n);
      const id = `console-${number}`;
      const exception: Exception = { ...checked, id, place: `exception ${id}` };
      this.#store
        .statement('INSERT INTO exception (number, id, exception_json, ended) VALUES (?, ?, ?, NULL)')
        .run(number, id, withLongs(exception));
      write(this.#store, {
        ...{ at, actor, action: 'exception.made', subject: `exception:${id}` },
        details: {
          ...{ name: draft.name, rules: draft.rules?.join(', ') ?? 'all', when: draft.when, owner: draft.owner },
          ...{ reason: draft.reason, expires: ticksToIso(draft.expires), hides: hides.length },
          ...(alert !== undefined && { alert }),
          ...(override !== undefined && { override, confirmed: confirmed.join(', ') }),
        },
      });
      return { exception, by: actor, ended: null };
    });
  }

  /** Ends an exception before its time.
   *  @throws UserError `EXCEPTION_UNKNOWN` */
  end(id: string, reason: string, { actor, at }: Act): KeptException {
    return this.#store.transaction(() => {
      const row = this.#store.statement(`${selectKept} WHERE exception.id = ?`).get(id);
      if (row === undefined)
        throw new UserError('EXCEPTION_UNKNOWN', id, `there is no exception ${id}`, 'Exceptions of a file end there.');
      if (row.ended !== null) return kept(row);
      this.#store.statement('UPDATE exception SET ended = ? WHERE id = ?').run(at, id);
      write(this.#store, { at, actor, action: 'exception.ended', subject: `exception:${id}`, details: { reason } });
      return { ...kept(row), ended: { by: actor, at, reason } };
    });
  }
}

const forever = 3_155_378_975_999_999_999n;

/** Who made and who ended it is in the trail, once each. */
const selectKept = `SELECT exception.*, made.actor AS maker, finish.actor AS ender, finish.details_json AS finish_json
  FROM exception
  LEFT JOIN trail AS made ON made.subject = 'exception:' || exception.id AND made.action = 'exception.made'
  LEFT JOIN trail AS finish ON finish.subject = 'exception:' || exception.id AND finish.action = 'exception.ended'`;

function kept({ exception_json, ended, maker, ender, finish_json }: Record<string, unknown>): KeptException {
  return {
    exception: readLongs(String(exception_json)),
    by: String(maker),
    ended:
      ended === null
        ? null
        : { by: String(ender), at: ended as bigint, reason: String(JSON.parse(String(finish_json)).reason) },
  };
}
