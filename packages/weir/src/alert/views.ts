import { UserError } from '../model/userError.ts';
import type { Store } from '../store/store.ts';

/** A list of alerts that a person keeps under a name. */
export interface AlertView {
  readonly id: number;
  readonly name: string;
  /** Which alerts in which order: the console's address after the question mark. What it names may be gone since. */
  readonly search: string;
  /** Whether everybody sees it. */
  readonly shared: boolean;
  /** The account that it belongs to. */
  readonly owner: string;
}

/** Who keeps or looks at views: an account, and whether it may take away what others share. */
export interface ViewUser {
  readonly id: bigint;
  readonly isAdmin: boolean;
}

export type NewView = Pick<AlertView, 'name' | 'search' | 'shared'>;

/** So many of one person: a list that is longer is not looked through. */
const most = 100;

const select = `SELECT view.id, view.name, search, shared, user.name AS owner, user AS owner_id
  FROM alert_view AS view JOIN user ON user.id = view.user`;

/** Views, each of one person, who may show it to all. */
export class ViewBook {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** One's own and those that others share, by name. */
  list(of: ViewUser): AlertView[] {
    return this.#store
      .statement(`${select} WHERE view.user = ? OR shared = 1 ORDER BY lower(view.name), view.id`)
      .all(of.id)
      .map(asView);
  }

  /** @throws UserError `VIEW_EXISTS` where one of one's own has the name, `VIEW_LIMIT` where there are too many */
  add(view: NewView, of: ViewUser): AlertView {
    return this.#store.transaction(() => {
      this.#nameIsFree(view.name, of);
      const { n } = this.#store.statement('SELECT count(*) AS n FROM alert_view WHERE user = ?').get(of.id) ?? {};
      if (Number(n) >= most)
        throw new UserError('VIEW_LIMIT', 'views', `you keep ${most} views, and no more`, 'Remove one of them first.');
      const { lastInsertRowid } = this.#store
        .statement('INSERT INTO alert_view (user, name, search, shared) VALUES (?, ?, ?, ?)')
        .run(of.id, view.name, view.search, view.shared ? 1 : 0);
      return asView(this.#row(Number(lastInsertRowid), of));
    });
  }

  /** Changes one's own.
   *  @throws UserError `VIEW_UNKNOWN`, `VIEW_OTHERS` where it is somebody else's, `VIEW_EXISTS` */
  change(id: number, change: Partial<NewView>, of: ViewUser): AlertView {
    return this.#store.transaction(() => {
      const row = this.#row(id, of);
      if (row.owner_id !== of.id) throw others(row, 'changes');
      const { name, search, shared } = { ...asView(row), ...change };
      this.#nameIsFree(name, of, id);
      this.#store
        .statement('UPDATE alert_view SET name = ?, search = ?, shared = ? WHERE id = ?')
        .run(name, search, shared ? 1 : 0, id);
      return asView(this.#row(id, of));
    });
  }

  /** Removes one's own; an administrator removes what others share too.
   *  @throws UserError `VIEW_UNKNOWN`, `VIEW_OTHERS` */
  remove(id: number, of: ViewUser): void {
    this.#store.transaction(() => {
      const row = this.#row(id, of);
      if (row.owner_id !== of.id && !of.isAdmin) throw others(row, 'removes');
      this.#store.statement('DELETE FROM alert_view WHERE id = ?').run(id);
    });
  }

  /** What somebody keeps for themselves is not there for others. */
  #row(id: number, of: ViewUser): Record<string, unknown> {
    const row = this.#store.statement(`${select} WHERE view.id = ? AND (view.user = ? OR shared = 1)`).get(id, of.id);
    if (row) return row;
    throw new UserError('VIEW_UNKNOWN', `view ${id}`, 'there is no such view', 'Look at the list of views.');
  }

  #nameIsFree(name: string, of: ViewUser, but = 0): void {
    const taken = this.#store
      .statement('SELECT 1 FROM alert_view WHERE user = ? AND name = ? AND id <> ?')
      .get(of.id, name, but);
    if (taken === undefined) return;
    throw new UserError('VIEW_EXISTS', 'name', `a view of yours is called ${name} already`, 'Take another name.');
  }
}

function others({ owner }: Record<string, unknown>, does: string): UserError {
  return new UserError(
    'VIEW_OTHERS',
    'view',
    `it is of ${owner}, who alone ${does} it`,
    'Keep what you see under a name of your own.',
  );
}

function asView({ id, name, search, shared, owner }: Record<string, unknown>): AlertView {
  return {
    ...{ id: Number(id), name: String(name), search: String(search), owner: String(owner) },
    shared: Number(shared) === 1,
  };
}
