import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RuleFindings, ToldFinding } from '../model/alert.ts';
import { Store } from '../store/store.ts';
import { AlertBook } from './book.ts';
import { checkAlerts } from './check.ts';
import { readNotices } from './notices.ts';
import { minute, story, told } from './told.fixture.ts';

/** Rows are minutes; those closer than this are of one story, as pauses cut them. */
const quiet = 3;

/** What the rule finds over some rows. */
function findingsOf(rows: ReadonlySet<number>, hidden: ReadonlySet<number>): ToldFinding[] {
  const stories: number[][] = [];
  for (const row of [...rows].sort((a, b) => a - b)) {
    const last = stories.at(-1);
    if (last !== undefined && row - (last.at(-1) ?? 0) <= quiet) last.push(row);
    else stories.push([row]);
  }
  return stories.map((each) => {
    const large = each.length > 3;
    const told = story(each, large ? { severity: 'high', score: 80 } : { severity: 'medium', score: 50 });
    return each.some((row) => hidden.has(row)) ? { ...told, hiddenBy: ['x'] } : told;
  });
}

const row = fc.integer({ min: 1, max: 40 });
const which = fc.nat({ max: 6 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('come' as const), rows: fc.array(row, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('go' as const), rows: fc.array(row, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hide' as const), row }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('edit' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('comment' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), rows: fc.array(row, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

test('whatever happens, each change is in the trail once, and each finding has one alert that says what it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-laws-'));
  const seen = { merged: 0, followed: 0, withdrawn: 0, hidden: 0 };
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      runs += 1;
      const path = join(folder, `${runs}.db`);
      let store = Store.open(path);
      let book = new AlertBook(store, { floor: 'medium' });
      const rows = new Set<number>();
      const hidden = new Set<number>();
      let now = 100;
      let revision = 1;
      const run = (): RuleFindings => told(now, findingsOf(rows, hidden), { revision: `r${revision}` });
      const head = async () => (await checkAlerts(store)).trail.head;
      for (const each of steps) {
        now += 'rows' in each && each.rows.length > 2 ? 61 : 1;
        const open = book.list({}, { order: 'newest', limit: 100 }).alerts;
        const chosen = 'which' in each ? open[each.which % Math.max(1, open.length)] : undefined;
        const act = { actor: 'ana', at: minute(now) };
        const targets = chosen === undefined ? [] : [{ id: chosen.id, version: chosen.version }];
        if (each.kind === 'come') for (const one of each.rows) rows.add(one);
        if (each.kind === 'go') for (const one of each.rows) rows.delete(one);
        if (each.kind === 'hide') hidden.has(each.row) ? hidden.delete(each.row) : hidden.add(each.row);
        if (each.kind === 'edit') revision += 1;
        if (each.kind === 'comment') book.change(targets, { comment: 'looked' }, act);
        if (each.kind === 'close') book.change(targets, { state: 'closed', verdict: 'benign' }, act);
        if (each.kind === 'crash') {
          const before = await head();
          const findings = findingsOf(new Set([...rows, ...each.rows]), hidden);
          const crashes = () =>
            store.transaction(() => {
              book.apply({ ...run(), findings });
              throw new Error('crash');
            });
          expect(crashes).toThrow('crash');
          expect(await head()).toBe(before);
        }
        if (each.kind === 'restart') {
          store.close();
          store = Store.open(path);
          book = new AlertBook(store, { floor: 'medium' });
        }
        const touched = open.filter((alert) => book.get(alert.id)?.touched).map(({ id }) => id);
        const done = book.apply(run());
        expect(done.withdrawn.filter((id) => touched.includes(id))).toEqual([]);
        await holds(store, book, run());
        const after = await head();
        expect(book.apply(run())).toEqual({ opened: [], changed: [], withdrawn: [], merged: [] });
        expect(await head()).toBe(after);
        seen.merged += done.merged.length;
        seen.withdrawn += done.withdrawn.length;
      }
      const counts = book.counts({ hidden: 'with' });
      seen.hidden += counts.hidden;
      seen.followed += book
        .list({ states: ['closed'] }, { order: 'newest', limit: 100 })
        .alerts.filter(({ followedBy }) => followedBy !== null).length;
      store.close();
    }),
    { numRuns: 40 },
  );
  await rm(folder, { recursive: true, force: true });
  // The steps did come to what they are meant to try.
  for (const n of Object.values(seen)) expect(n).toBeGreaterThan(0);
}, 120_000);

async function holds(store: Store, book: AlertBook, { findings, at }: RuleFindings): Promise<void> {
  expect(await checkAlerts(store)).toMatchObject({ trail: { faults: [] }, untold: [] });
  const all = book.list(
    { states: ['new', 'in-progress', 'closed', 'withdrawn'], hidden: 'with' },
    { order: 'newest', limit: 1_000 },
  ).alerts;
  for (const { finding, hiddenBy = [] } of findings) {
    const own = all.filter(
      (alert) => alert.finding.id === finding.id && alert.followedBy === null && alert.gone === null,
    );
    const open = own.filter(({ state }) => state !== 'closed');
    expect(open.length <= 1 && own.length > 0, `${finding.id} has ${own.length} alerts`).toBe(true);
    const [alert] = open;
    if (alert === undefined) continue;
    const { evidence, ...figures } = finding;
    expect(alert.finding).toMatchObject({ ...figures, evidence: { count: evidence.count } });
    expect(alert.hiddenBy).toEqual(hiddenBy);
    const last = book.trail(alert.id, { limit: 1_000 }).findLast(({ details }) => details.connections !== undefined);
    // The trail tells mere growth once an hour.
    const lately = last?.action === 'alert.updated' && at - last.at < 60n * (minute(1) - minute(0));
    if (!lately) expect(last?.details.connections).toBe(finding.connections);
  }
  // An open alert that nothing bears out any more says so.
  const ids = new Set(findings.map(({ finding }) => finding.id));
  for (const alert of all) {
    if (alert.state === 'closed' || alert.gone !== null) continue;
    expect(ids.has(alert.finding.id), `alert ${alert.id} tells ${alert.finding.id}`).toBe(true);
  }
  toldOnce(store);
}

/** No alert is raised twice without having been withdrawn between, nor grows before it was raised. */
function toldOnce(store: Store): void {
  const ids = store
    .statement('SELECT id FROM notice')
    .all()
    .map(({ id }) => Number(id));
  const standing = new Set<number>();
  for (const { cause, told: about } of readNotices(store, ids)) {
    const alert = 'alert' in about ? about.alert : 0;
    expect(standing.has(alert), `${cause} of alert ${alert}`).toBe(cause !== 'raised');
    if (cause === 'raised') standing.add(alert);
    if (cause === 'withdrawn') standing.delete(alert);
  }
}
