import { checkException } from '../exceptions/check.ts';
import type { KnownRules } from '../exceptions/load.ts';
import type { Act } from '../model/alert.ts';
import type { Exception } from '../model/exception.ts';
import { UserError } from '../model/userError.ts';
import { ticksToIso } from '../report/format.ts';
import type { Store } from '../store/store.ts';
import { write } from '../store/trail.ts';
import { type Collateral, collateralOf, confirmedAlerts, confirmedMet, type Looked, lookedAt } from './collateral.ts';
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
  readonly ended: Done | null;
  /** Who last gave it a later end. */
  readonly renewed: Done | null;
}

/** What a person did to an exception: when (ticks) and why. */
export interface Done {
  readonly by: string;
  readonly at: bigint;
  readonly reason: string;
}

/** A later end (ticks), and why it goes on. */
export type Renewal = Pick<ExceptionDraft, 'expires' | 'reason' | 'override'>;

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
  /** Conditions are tried and held against alerts one after the other: each takes an engine in this process. */
  #last: Promise<unknown> = Promise.resolve();
  /** What was last answered of confirmed alerts, and to what it is the answer. */
  #met: { readonly asked: string; readonly answer: ReadonlyMap<string, readonly number[]> } | undefined;

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
    return this.#alone(async () => {
      const alerts = confirmedAlerts(this.#store);
      const about = exceptions.map(({ id, rules, when, expires }) => [id, rules, when, `${expires}`]);
      const asked = JSON.stringify([about, alerts.map(({ version }) => version)]);
      if (this.#met?.asked !== asked) {
        const ids = alerts.map(({ id }) => id);
        this.#met = { asked, answer: await confirmedMet(this.#store, exceptions, ids) };
      }
      return this.#met.answer;
    });
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
    for (const each of when) checked.push(await this.#checked({ rules, when: each, ...lacking }, known));
    const looked = await this.#alone(() => lookedAt(this.#store, { rules, now, alert }, when));
    const collaterals = checked.map((each, nth) =>
      collateralOf(looked, nth, { ...each, expires: forever, place: 'new' }, now),
    );
    return { since: looked.since, isCut: looked.isCut, collaterals };
  }

  /** Makes an exception.
   *  @throws UserError `EXCEPTION_INVALID`; `EXCEPTION_REFUSED` where it would hide confirmed cases without leave, or far more
   *  than was meant */
  async add(draft: ExceptionDraft, { actor, at }: Act): Promise<KeptException> {
    const { override, alert, ...rest } = draft;
    const leave = override === undefined ? {} : { override: { reason: override, by: actor } };
    const checked = await this.#checked({ ...rest, id: 'new', created: at, ...leave }, this.#known());
    const { hides, confirmed } = await this.#allowed({ ...checked, place: 'new' }, at, alert);
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
      return { exception, by: actor, ended: null, renewed: null };
    });
  }

  /** Gives an exception a later end, from when it is held to the same as a new one: leave to hide confirmed cases was given
   *  until its end, and is given anew.
   *  @throws UserError `EXCEPTION_UNKNOWN`, `EXCEPTION_INVALID`, `EXCEPTION_REFUSED` */
  async renew(id: string, { expires, reason, override }: Renewal, { actor, at }: Act): Promise<KeptException> {
    const { exception: before } = this.#open(id);
    if (expires <= before.expires)
      throw new UserError(
        'EXCEPTION_INVALID',
        'expires',
        'it holds as long already',
        'Give it a later end, or end it.',
      );
    const { override: _, place, created, ...rest } = before;
    const leave = override === undefined ? {} : { override: { reason: override, by: actor } };
    // Its rules may be gone since, and its end is to come from now on.
    const checked = await this.#checked({ ...rest, reason, expires, created: at, ...leave }, this.#known());
    const exception: Exception = { ...checked, reason: before.reason, created, place };
    const { hides, confirmed } = await this.#allowed(exception, at);
    return this.#store.transaction(() => {
      // What was decided about is what there is now.
      if (this.#open(id).exception.expires !== before.expires)
        throw new UserError('EXCEPTION_INVALID', id, 'somebody else has renewed it meanwhile', 'Look at it again.');
      this.#store.statement('UPDATE exception SET exception_json = ? WHERE id = ?').run(withLongs(exception), id);
      write(this.#store, {
        ...{ at, actor, action: 'exception.renewed', subject: `exception:${id}` },
        details: {
          ...{ reason, before: ticksToIso(before.expires), expires: ticksToIso(expires), hides: hides.length },
          ...(override !== undefined && { override, confirmed: confirmed.join(', ') }),
        },
      });
      return this.#get(id);
    });
  }

  /** Ends an exception before its time.
   *  @throws UserError `EXCEPTION_UNKNOWN` */
  end(id: string, reason: string, { actor, at }: Act): KeptException {
    return this.#store.transaction(() => {
      if (this.#get(id).ended === null) {
        this.#store.statement('UPDATE exception SET ended = ? WHERE id = ?').run(at, id);
        write(this.#store, { at, actor, action: 'exception.ended', subject: `exception:${id}`, details: { reason } });
      }
      return this.#get(id);
    });
  }

  #checked(...asked: Parameters<typeof checkException>): ReturnType<typeof checkException> {
    return this.#alone(() => checkException(...asked));
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #get(id: string): KeptException {
    const row = this.#store.statement(`${selectKept} WHERE exception.id = ?`).get(id);
    if (row !== undefined) return kept(row);
    const message = `there is no exception ${id}`;
    throw new UserError('EXCEPTION_UNKNOWN', id, message, 'Exceptions of a file are renewed and end there.');
  }

  /** One that nobody has ended. */
  #open(id: string): KeptException {
    const found = this.#get(id);
    if (found.ended === null) return found;
    const message = `${found.ended.by} has ended it, and what it hid is shown again`;
    throw new UserError('EXCEPTION_INVALID', id, message, 'Make a new one.');
  }

  /** What an exception would hide, where it may. */
  async #allowed(exception: Exception, now: bigint, alert?: number): Promise<Collateral> {
    const looked = await this.#alone(() =>
      lookedAt(this.#store, { rules: exception.rules, now, alert }, [exception.when]),
    );
    const collateral = collateralOf(looked, 0, exception, now);
    if (collateral.refusal === '') return collateral;
    const [message = collateral.refusal, ...advice] = collateral.refusal.split(/\. (?=[A-Z])/);
    throw new UserError('EXCEPTION_REFUSED', 'when', message, `${advice.join('. ') || 'Narrow its condition'}.`);
  }
}

const forever = 3_155_378_975_999_999_999n;

/** Who made, who ended and who last renewed it is in the trail. */
const selectKept = `SELECT exception.*, made.actor AS maker, finish.actor AS ender, finish.details_json AS finish_json,
    again.actor AS renewer, again.at AS renewed, again.details_json AS again_json
  FROM exception
  LEFT JOIN trail AS made ON made.subject = 'exception:' || exception.id AND made.action = 'exception.made'
  LEFT JOIN trail AS finish ON finish.subject = 'exception:' || exception.id AND finish.action = 'exception.ended'
  LEFT JOIN trail AS again ON again.id = (SELECT max(id) FROM trail
    WHERE subject = 'exception:' || exception.id AND action = 'exception.renewed')`;

function kept(row: Record<string, unknown>): KeptException {
  const { exception_json, ended, maker, ender, finish_json, renewer, renewed, again_json } = row;
  const done = (by: unknown, at: unknown, details: unknown): Done | null =>
    at === null ? null : { by: String(by), at: at as bigint, reason: String(JSON.parse(String(details)).reason) };
  return {
    exception: readLongs(String(exception_json)),
    by: String(maker),
    ended: done(ender, ended, finish_json),
    renewed: done(renewer, renewed, again_json),
  };
}
