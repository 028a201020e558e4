import { existsSync, readFileSync } from 'node:fs';
import { Crash } from '../../../packages/weir/src/disk/faulty.fixture.ts';
import { Store } from '../../../packages/weir/src/store/store.ts';
import type { Draws } from './draws.ts';
import { injected } from './faults.ts';
import type { Life } from './life.ts';

/** The real store, at whose commits the service may end, with nothing of the transaction there, all of it, or what a loss of
 *  power in the middle of SQLite's writing leaves; and which may be busy or full. */
export function faultyStore(path: string, life: Life): Store {
  const store = Store.open(path);
  life.holds(store);
  let within = false;
  const transaction = <Result>(work: () => Result): Result => {
    if (within) return work();
    if (life.turns.isDead) throw new Crash('the service is no more');
    const { draws, likely } = life;
    if (draws.chance(likely.busy)) {
      life.tried('store busy');
      throw injected('database is locked', 'ERR_SQLITE_ERROR', 5);
    }
    const ends = draws.chance(likely.commit) ? draws.one(['before', 'after', 'torn'] as const) : undefined;
    const full = draws.chance(likely.storeFull);
    const before = ends === 'torn' ? filesOf(path) : undefined;
    within = true;
    try {
      const result = store.transaction(() => {
        const result = work();
        if (ends === 'before') throw new Crash('killed');
        if (full) throw injected('database or disk is full', 'ERR_SQLITE_ERROR', 13);
        return result;
      });
      if (ends === 'after') throw new Crash('killed');
      if (before !== undefined) throw new Torn(torn(before, filesOf(path), draws));
      return result;
    } catch (error) {
      if (full) life.tried('store full');
      if (error instanceof Torn) {
        life.tear(error.wal);
        life.end('power lost in a commit');
      } else if (error instanceof Crash)
        life.end(ends === 'after' ? 'killed after a commit' : 'killed before a commit');
      throw error;
    } finally {
      within = false;
    }
  };
  const statement = (sql: string) => {
    if (life.turns.isDead) throw new Crash('the service is no more');
    return store.statement(sql);
  };
  return { transaction, statement, close: () => store.close() } as unknown as Store;
}

class Torn extends Crash {
  readonly wal: Buffer | undefined;

  constructor(wal: Buffer | undefined) {
    super('power was lost');
    this.wal = wal;
  }
}

interface Files {
  readonly main: Buffer;
  readonly wal: Buffer;
}

function filesOf(path: string): Files {
  const wal = `${path}-wal`;
  return { main: readFileSync(path), wal: existsSync(wal) ? readFileSync(wal) : Buffer.alloc(0) };
}

const sector = 512;

/** The log as power that is lost while a commit is written to it may leave it: any of the sectors that the commit writes.
 *  Where the log begins anew, its header is synced before anything else is written. Undefined where the commit also moved the
 *  log into the database: then it was on disk before. */
function torn(before: Files, after: Files, draws: Draws): Buffer | undefined {
  if (!before.main.equals(after.main)) return undefined;
  const left = Buffer.from(after.wal);
  const same = (from: number) =>
    before.wal.subarray(from, from + sector).equals(after.wal.subarray(from, from + sector));
  const anew = !before.wal.subarray(0, 32).equals(after.wal.subarray(0, 32));
  if (anew && draws.chance(0.3)) return before.wal;
  for (let from = 0; from < left.length; from += sector) {
    if (same(from) || draws.chance(0.5)) continue;
    const was = before.wal.subarray(from, from + sector);
    const head = anew && from === 0 ? 32 : 0;
    left.fill(0, from + head, Math.min(from + sector, left.length));
    was.copy(left, from + head, head);
  }
  // Written last, perhaps not at all.
  return left.subarray(0, draws.chance(0.5) ? left.length : Math.max(before.wal.length, draws.whole(left.length + 1)));
}
