import type { Act } from '../model/alert.ts';
import { UserError } from '../model/userError.ts';
import type { Store } from '../store/store.ts';
import { auditInto } from '../store/trail.ts';

/** A hunt that somebody keeps for all. */
export interface SavedHunt {
  readonly id: number;
  readonly name: string;
  /** What it looks for. */
  readonly hypothesis: string;
  /** How to read what it finds; empty where nobody has said. */
  readonly reading: string;
  /** KQL over Weir's tables. */
  readonly query: string;
  /** Over which time: `7d`, `24h`, `FROM/UNTIL`; empty: as the query says. */
  readonly range: string;
  /** The account that it belongs to. */
  readonly owner: string;
  /** From 1; each change makes the next. */
  readonly revision: number;
  /** The last change: when (ticks) and by whom. */
  readonly changed: bigint;
  readonly by: string;
}

export type HuntDraft = Pick<SavedHunt, 'name' | 'hypothesis' | 'reading' | 'query' | 'range'>;

/** Who keeps hunts: an account, whether it may see to those of others, and how the trail names who acts. */
export interface HuntKeeper extends Act {
  /** 0: a token that was made on the machine, and has no account. */
  readonly user: bigint;
  readonly isAdmin: boolean;
}

/** So many of one person: a list that is longer is not looked through. */
const most = 100;

const select = `SELECT hunt.*, user.name AS owner FROM saved_hunt AS hunt JOIN user ON user.id = hunt.user`;

/** Hunts that people keep, each for all, and told in the trail. */
export class SavedHunts {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All, by name. */
  list(): SavedHunt[] {
    return this.#store.statement(`${select} ORDER BY lower(hunt.name), hunt.id`).all().map(asHunt);
  }

  /** @throws UserError `HUNT_EXISTS` where one has the name, `HUNT_LIMIT` where somebody keeps too many, `HUNT_OWNERLESS` where
   *  nobody would own it */
  add(hunt: HuntDraft, keeper: HuntKeeper): SavedHunt {
    if (keeper.user === 0n)
      throw new UserError(
        'HUNT_OWNERLESS',
        'hunts',
        `${keeper.actor} was made on the machine and has no account that would own the hunt`,
        'Log in, or use a token that somebody made who is logged in.',
      );
    const { name, hypothesis, reading, query, range } = hunt;
    return this.#store.transaction(() => {
      this.#nameIsFree(name);
      const { n } = this.#store.statement('SELECT count(*) AS n FROM saved_hunt WHERE user = ?').get(keeper.user) ?? {};
      if (Number(n) >= most)
        throw new UserError('HUNT_LIMIT', 'hunts', `you keep ${most} hunts, and no more`, 'Delete one of them first.');
      const { lastInsertRowid } = this.#store
        .statement(
          `INSERT INTO saved_hunt (name, hypothesis, reading, query, range, user, revision, changed, changed_by)
             VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)`,
        )
        .run(name, hypothesis, reading, query, range, keeper.user, keeper.at, keeper.actor);
      const id = Number(lastInsertRowid);
      this.#tell('hunt.save', id, keeper, { name });
      return this.#get(id);
    });
  }

  /** Changes one's own; an administrator changes those of others too. `revision` is the one that the change was made on.
   *  @throws UserError `HUNT_UNKNOWN`, `HUNT_OTHERS` where it is somebody else's, `HUNT_STALE` where somebody was faster,
   *  `HUNT_EXISTS` */
  change(
    id: number,
    { revision, ...change }: Partial<HuntDraft> & { revision: number },
    keeper: HuntKeeper,
  ): SavedHunt {
    return this.#store.transaction(() => {
      const before = this.#mine(id, keeper, 'change');
      if (before.revision !== revision) throw stale(before);
      const { name, hypothesis, reading, query, range } = { ...before, ...change };
      this.#nameIsFree(name, id);
      this.#store
        .statement(
          `UPDATE saved_hunt SET name = ?, hypothesis = ?, reading = ?, query = ?, range = ?, revision = ?, changed = ?,
             changed_by = ? WHERE id = ?`,
        )
        .run(name, hypothesis, reading, query, range, revision + 1, keeper.at, keeper.actor, id);
      this.#tell('hunt.change', id, keeper, { name, revision: revision + 1 });
      return this.#get(id);
    });
  }

  /** Deletes one's own; an administrator deletes those of others too. The trail keeps what it asked.
   *  @throws UserError `HUNT_UNKNOWN`, `HUNT_OTHERS` */
  remove(id: number, keeper: HuntKeeper): void {
    this.#store.transaction(() => {
      const { name, query, range, owner } = this.#mine(id, keeper, 'delete');
      this.#store.statement('DELETE FROM saved_hunt WHERE id = ?').run(id);
      this.#tell('hunt.remove', id, keeper, { name, owner, query, range });
    });
  }

  #get(id: number): SavedHunt {
    const row = this.#store.statement(`${select} WHERE hunt.id = ?`).get(id);
    if (row) return asHunt(row);
    throw new UserError(
      'HUNT_UNKNOWN',
      `hunt ${id}`,
      'there is no such hunt',
      'Look at the list of hunts: it may have been deleted.',
    );
  }

  #mine(id: number, { user, isAdmin }: HuntKeeper, what: string): SavedHunt {
    const hunt = this.#get(id);
    const owner = this.#store.statement('SELECT user FROM saved_hunt WHERE id = ?').get(id)?.user;
    if (owner === user || isAdmin) return hunt;
    throw new UserError(
      'HUNT_OTHERS',
      `hunt ${id}`,
      `it is of ${hunt.owner}, who may ${what} it, as may an administrator`,
      'Save what you have under a name of your own.',
    );
  }

  #nameIsFree(name: string, but = 0): void {
    const taken = this.#store.statement('SELECT name FROM saved_hunt WHERE name = ? AND id <> ?').get(name, but);
    if (taken !== undefined) throw huntExists(String(taken.name));
  }

  #tell(action: string, id: number, { at, actor }: Act, details: Readonly<Record<string, string | number>>): void {
    auditInto(this.#store)({ at, actor, action, subject: `hunt:${id}`, details });
  }
}

export function huntExists(name: string): UserError {
  return new UserError('HUNT_EXISTS', 'name', `a hunt is called ${name} already`, 'Take another name.');
}

function stale({ by, id, revision }: SavedHunt): UserError {
  return new UserError(
    'HUNT_STALE',
    `hunt ${id}`,
    `${by} changed it meanwhile: it is at revision ${revision}`,
    'Look at what it says now, and save on that.',
  );
}

function asHunt(row: Record<string, unknown>): SavedHunt {
  return {
    ...{ id: Number(row.id), name: String(row.name), hypothesis: String(row.hypothesis) },
    ...{ reading: String(row.reading), query: String(row.query), range: String(row.range) },
    ...{ owner: String(row.owner), revision: Number(row.revision) },
    ...{ changed: row.changed as bigint, by: String(row.changed_by) },
  };
}
