import { checkException } from '../exceptions/check.ts';
import type { KnownRules } from '../exceptions/load.ts';
import type { Act } from '../model/alert.ts';
import type { Exception } from '../model/exception.ts';
import { UserError } from '../model/userError.ts';
import { ticksToIso } from '../report/format.ts';
import type { Store } from '../store/store.ts';
import { write } from '../store/trail.ts';
import { type Collateral, collateralOf } from './collateral.ts';
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
}

export interface KeptException {
  readonly exception: Exception;
  /** When a person ended it before its time, ticks. */
  readonly ended: bigint | null;
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
    return this.#store.statement('SELECT * FROM exception ORDER BY number').all().map(kept);
  }

  /** Those that are held against findings. One whose time is over is among them, as what it hid stays hidden; one that a
   *  person ended is not: what it hid is shown. */
  inForce(): Exception[] {
    return this.list().flatMap(({ exception, ended }) => (ended === null ? [exception] : []));
  }

  /** What an exception would hide, before it is made.
   *  @throws UserError `EXCEPTION_INVALID` */
  async preview(draft: Pick<ExceptionDraft, 'rules' | 'when'>, now: bigint): Promise<Collateral> {
    const lacking = { id: 'new', name: 'new', owner: 'nobody', reason: 'to see', created: now, expires: now + 1n };
    const checked = await checkException({ ...draft, ...lacking }, this.#known());
    return collateralOf(this.#store, { ...checked, expires: forever, place: 'new' }, now);
  }

  /** Makes an exception.
   *  @throws UserError `EXCEPTION_INVALID`; `EXCEPTION_REFUSED` where it would hide confirmed cases without leave, or far more
   *  than was meant */
  async add(draft: ExceptionDraft, { actor, at }: Act): Promise<KeptException> {
    const { override, ...rest } = draft;
    const leave = override === undefined ? {} : { override: { reason: override, by: actor } };
    const checked = await checkException({ ...rest, id: 'new', created: at, ...leave }, this.#known());
    const { refusal, hides, confirmed } = await collateralOf(this.#store, { ...checked, place: 'new' }, at);
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
          ...(override !== undefined && { override, confirmed: confirmed.join(', ') }),
        },
      });
      return { exception, ended: null };
    });
  }

  /** Ends an exception before its time.
   *  @throws UserError `EXCEPTION_UNKNOWN` */
  end(id: string, reason: string, { actor, at }: Act): KeptException {
    return this.#store.transaction(() => {
      const row = this.#store.statement('SELECT * FROM exception WHERE id = ?').get(id);
      if (row === undefined)
        throw new UserError('EXCEPTION_UNKNOWN', id, `there is no exception ${id}`, 'Exceptions of a file end there.');
      if (row.ended !== null) return kept(row);
      this.#store.statement('UPDATE exception SET ended = ? WHERE id = ?').run(at, id);
      write(this.#store, { at, actor, action: 'exception.ended', subject: `exception:${id}`, details: { reason } });
      return kept({ ...row, ended: at });
    });
  }
}

const forever = 3_155_378_975_999_999_999n;

function kept(row: Record<string, unknown>): KeptException {
  return { exception: readLongs(String(row.exception_json)), ended: row.ended as bigint | null };
}
