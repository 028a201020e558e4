import { chmodSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { UserError } from '../model/userError.ts';
import { migrations } from './migrations.ts';

/** What the service must not lose and is no row of a log: the manifest, cursors, alerts, the outbox, accounts. One SQLite
 *  file, because commits are not atomic across attached ones. Calls are synchronous and short. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #within = false;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens the store of a home, and makes it or brings it to this version's schema where needed: for the service, and for who
   *  makes a home.
   *  @throws UserError where a newer Weir made it */
  static open(path: string): Store {
    return Store.#open(path, migrate);
  }

  /** Opens a store that is there with the schema that it has: a service of another version may be at work on it.
   *  @throws UserError where a newer or an older Weir made it */
  static openAsIs(path: string): Store {
    return Store.#open(path, (database) => {
      const version = versionOf(database, path);
      if (version < migrations.length)
        throw new UserError(
          'HOME_OLDER',
          path,
          `an older Weir made this home (its schema is ${version}, this one's is ${migrations.length})`,
          'Start weir serve of this version once, which brings it up to date, or use the version that its service has.',
        );
    });
  }

  static #open(path: string, prepare: (database: DatabaseSync, path: string) => void): Store {
    const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5_000 });
    try {
      // Before SQLite makes its other files, which are as open as this one: it holds the hashes of passwords.
      if (path !== ':memory:') chmodSync(path, 0o600);
      database.exec('PRAGMA journal_mode = WAL');
      // A commit that was reported survives a power cut: in WAL mode the default syncs only at checkpoints.
      database.exec('PRAGMA synchronous = FULL');
      prepare(database, path);
      return new Store(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Runs `work`; what it writes is all there when this returns, or none of it where it throws. Inside of another it is part
   *  of that one. */
  transaction<Result>(work: () => Result): Result {
    if (this.#within) return work();
    this.#database.exec('BEGIN IMMEDIATE');
    this.#within = true;
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#within = false;
    }
  }

  /** A prepared statement, kept under its text. Integers come back as bigint. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    statement.setReadBigInts(true);
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#database.close();
  }
}

/** All or nothing, by one process: what others read meanwhile is the schema of before. */
function migrate(database: DatabaseSync, path: string): void {
  if (versionOf(database, path) === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const sql of migrations.slice(versionOf(database, path))) database.exec(sql);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync, path: string): number {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version <= migrations.length) return version;
  throw new UserError(
    'HOME_NEWER',
    path,
    `a newer Weir made this home (its schema is ${version}, this one knows ${migrations.length})`,
    'Start it with that version or a later one, or point --home at another folder.',
  );
}
