import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrations } from '../store/migrations.ts';
import { Store } from '../store/store.ts';
import { checkTrail, readTrail } from '../store/trail.ts';
import { type HuntDraft, type HuntKeeper, type SavedHunt, SavedHunts } from './savedHunts.ts';

const people = ['ada', 'bob', 'root'];
const addPeople = (store: Pick<DatabaseSync, 'exec'>) => {
  for (const name of people) store.exec(`INSERT INTO user (name, role, created) VALUES ('${name}', 'analyst', 0)`);
};
const keeper = (name: string, at = 1n): HuntKeeper => ({
  ...{ actor: name, at, user: BigInt(people.indexOf(name) + 1), isAdmin: name === 'root' },
});
const draft = (name: string, more: Partial<HuntDraft> = {}): HuntDraft => ({
  ...{ name, hypothesis: 'Somebody works at night.', reading: '', query: 'DeviceNetworkEvents', range: '' },
  ...more,
});

function opened(): { readonly store: Store; readonly hunts: SavedHunts } {
  const store = Store.open(':memory:');
  addPeople({ exec: (sql) => store.statement(sql).run() });
  return { store, hunts: new SavedHunts(store) };
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return '';
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

test('a hunt is kept for all, changed by who owns it or administers, and every step is in the trail', async () => {
  const { store, hunts } = opened();
  const made = hunts.add(draft('Night', { range: '7d' }), keeper('ada', 5n));
  expect(made).toMatchObject({ ...draft('Night', { range: '7d' }), owner: 'ada', by: 'ada', revision: 1, changed: 5n });
  expect(codeOf(() => hunts.change(made.id, { revision: 1, name: 'x' }, keeper('bob')))).toBe('HUNT_OTHERS');
  expect(codeOf(() => hunts.remove(made.id, keeper('bob')))).toBe('HUNT_OTHERS');
  const changed = hunts.change(made.id, { revision: 1, query: 'DnsEvents' }, keeper('root', 6n));
  expect(changed).toEqual({ ...made, query: 'DnsEvents', revision: 2, by: 'root', changed: 6n });
  expect(hunts.list()).toEqual([changed]);
  hunts.remove(made.id, keeper('ada', 7n));
  expect(hunts.list()).toEqual([]);
  expect(codeOf(() => hunts.remove(made.id, keeper('ada')))).toBe('HUNT_UNKNOWN');
  const told = readTrail(store, { subject: `hunt:${made.id}`, limit: 9 });
  expect(told.map(({ actor, action, details }) => [actor, action, details])).toEqual([
    ['ada', 'hunt.save', { name: 'Night' }],
    ['root', 'hunt.change', { name: 'Night', revision: 2 }],
    ['ada', 'hunt.remove', { name: 'Night', owner: 'ada', query: 'DnsEvents', range: '7d' }],
  ]);
  expect((await checkTrail(store)).faults).toEqual([]);
});

test('a name is one hunt’s, whoever writes it and however; one person keeps so many', () => {
  const { hunts } = opened();
  const night = hunts.add(draft('Night'), keeper('ada'));
  expect(codeOf(() => hunts.add(draft('nIGHT'), keeper('bob')))).toBe('HUNT_EXISTS');
  const day = hunts.add(draft('Day'), keeper('bob'));
  expect(codeOf(() => hunts.change(day.id, { revision: 1, name: 'NIGHT' }, keeper('bob')))).toBe('HUNT_EXISTS');
  expect(hunts.change(night.id, { revision: 1, name: 'NIGHT' }, keeper('ada')).name).toBe('NIGHT');
  for (let n = 1; n < 100; n += 1) hunts.add(draft(`hunt ${n}`), keeper('ada'));
  expect(codeOf(() => hunts.add(draft('one more'), keeper('ada')))).toBe('HUNT_LIMIT');
  expect(hunts.add(draft('one more'), keeper('bob')).owner).toBe('bob');
});

test('of writers who saw the same, the first is kept and the others are told, in whatever order they come', () => {
  const act = fc.record({
    who: fc.constantFrom('ada', 'root'),
    does: fc.constantFrom('look', 'change'),
    query: fc.constantFrom('A', 'B', 'C'),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
      const { store, hunts } = opened();
      const made = hunts.add(draft('Night', { query: 'first' }), keeper('ada'));
      const seen = new Map<string, SavedHunt>(people.map((name) => [name, made]));
      let last = made;
      for (const { who, does, query } of acts) {
        const own = seen.get(who) ?? made;
        if (does === 'look') seen.set(who, last);
        else if (own.revision === last.revision) {
          last = hunts.change(made.id, { revision: own.revision, query }, keeper(who));
          seen.set(who, last);
          expect(last).toMatchObject({ query, revision: own.revision + 1 });
        } else
          expect(codeOf(() => hunts.change(made.id, { revision: own.revision, query }, keeper(who)))).toBe(
            'HUNT_STALE',
          );
        expect(hunts.list()).toEqual([last]);
      }
      store.close();
    }),
  );
});

test('a home of before there were hunts is opened with all that it had', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-hunts-'));
  const path = join(folder, 'weir.db');
  const before = new DatabaseSync(path);
  before.exec(migrations[0] ?? '');
  before.exec('PRAGMA user_version = 1');
  addPeople(before);
  before.exec("INSERT INTO alert_view (user, name, search, shared) VALUES (1, 'High', 'severity=high', 1)");
  before.close();
  const store = Store.open(path);
  const hunts = new SavedHunts(store);
  expect(hunts.add(draft('Night'), keeper('ada')).owner).toBe('ada');
  expect(store.statement('SELECT name FROM alert_view').get()?.name).toBe('High');
  store.close();
  await rm(folder, { recursive: true });
});
