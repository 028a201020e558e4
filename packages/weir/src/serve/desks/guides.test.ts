import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlertBook } from '../../alert/book.ts';
import { checkAlerts } from '../../alert/check.ts';
import { minute, story, told } from '../../alert/told.fixture.ts';
import { steadyClock } from '../../api/clock.fixture.ts';
import { Queries } from '../../api/query/queries.ts';
import { someTables } from '../../api/query/tables.fixture.ts';
import type { Alert } from '../../model/alert.ts';
import { finding } from '../../report/result.fixture.ts';
import { loadRules } from '../../rules/load.ts';
import type { Rule } from '../../rules/rule.ts';
import { Store } from '../../store/store.ts';
import { guideDesk } from './guides.ts';

const content = join(import.meta.dirname, '../../../../../content');
let rule: Rule;
let queries: Queries;
let tables: Awaited<ReturnType<typeof someTables>>;
const store = Store.open(':memory:');
const book = new AlertBook(store, { floor: 'low' });
beforeAll(async () => {
  [rule] = (await loadRules([join(content, 'rules/exfiltration-service')])) as [Rule];
  tables = await someTables();
  const { directory, spillDirectory, snapshot } = tables;
  queries = new Queries({
    ...{
      directory,
      spillDirectory,
      snapshot,
      clock: steadyClock(),
      watchlists: [],
      prepare: [],
      onCrash: () => undefined,
    },
    limits: { atOnce: 1, memoryMb: 200, threads: 1, spillMb: 20, time: 300_000_000n, rows: 50 },
  });
  const entities = { ...finding().entities, device: 'host-1', account: '' };
  const its = { id: rule.id, name: rule.name, version: '1' };
  book.apply(told(10, [story([1], { rule: its, entities })], { rule: its }));
});
afterAll(async () => {
  await queries.close();
  await tables.remove();
  store.close();
});

const alert = () => book.get(1) as Alert;
const desk = () => guideDesk({ rules: () => [rule], folder: join(content, 'guides'), queries });
const asking = { id: 'q', who: 'ada' };
const { signal } = new AbortController();

test('a guide is of the alert: its values stand in the questions, and what cannot be asked says why', async () => {
  const { questions, playbook } = await desk().of(alert());
  expect(questions.length).toBeGreaterThan(4);
  expect(questions.every(({ kql }) => !kql.includes('{{'))).toBe(true);
  expect(questions.some(({ kql }) => kql.includes('"host-1"'))).toBe(true);
  const open = questions.filter(({ lacks }) => lacks.includes('AccountName'));
  expect(open.length).toBeGreaterThan(0);
  await expect(desk().ask(alert(), open[0]?.id ?? '', asking, signal)).rejects.toMatchObject({ code: 'QUESTION_OPEN' });
  expect(playbook.map(({ stage }) => stage)).toEqual(['contain', 'preserve', 'scope', 'notify', 'recover']);
});

test('no rows are told from tables that know nothing', async () => {
  const { questions } = await desk().of(alert());
  const asked = questions.find(({ kql, lacks }) => kql.includes('DeviceProcessEvents') && lacks.length === 0);
  const { count, empty } = await desk().ask(alert(), asked?.id ?? '', asking, signal);
  expect(count).toBe(0);
  expect(empty).toContainEqual({ table: 'DeviceProcessEvents', ofDevice: false });
});

test('questions and rules that are not there', async () => {
  await expect(desk().ask(alert(), 'none', asking, signal)).rejects.toMatchObject({ code: 'QUESTION_UNKNOWN' });
  const without = guideDesk({ rules: () => [], folder: join(content, 'guides'), queries });
  await expect(without.of(alert())).rejects.toMatchObject({ code: 'GUIDE_UNKNOWN' });
});

test('steps are told with who did them last, and stale nobody', async () => {
  const { version } = alert();
  const step = { step: 'contain/1', done: true, does: 'Stop it.' };
  book.step(1, step, { actor: 'ada', at: minute(20) });
  book.step(1, { ...step, step: 'scope/1' }, { actor: 'ada', at: minute(21) });
  book.step(1, { ...step, done: false }, { actor: 'mei', at: minute(22) });
  expect([...book.steps(1)]).toEqual([['scope/1', { actor: 'ada', at: minute(21), does: 'Stop it.' }]]);
  expect(alert()).toMatchObject({ version, touched: true });
  expect(book.trail(1, { limit: 9 }).at(-1)).toMatchObject({
    actor: 'mei',
    action: 'alert.step',
    details: { done: false },
  });
  expect(await checkAlerts(store)).toMatchObject({ trail: { faults: [] }, untold: [] });
});
