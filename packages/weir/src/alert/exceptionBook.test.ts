import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Engine } from '../engine/engine.ts';
import type { ToldFinding } from '../model/alert.ts';
import { ticksToIso } from '../report/format.ts';
import { finding } from '../report/result.fixture.ts';
import { Store } from '../store/store.ts';
import { readTrail } from '../store/trail.ts';
import { AlertBook } from './book.ts';
import { checkAlerts } from './check.ts';
import { ExceptionBook, type ExceptionDraft } from './exceptionBook.ts';
import { readNotices } from './notices.ts';
import { minute, rule, story, told } from './told.fixture.ts';
import { warnOfEnds } from './warn.ts';

let folder: string;
let store: Store;
let alerts: AlertBook;
let book: ExceptionBook;
const day = 864_000_000_000n;
const now = minute(1_000);
const ana = { actor: 'ana', at: now };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-exceptions-'));
  store = Store.open(join(folder, 'weir.db'));
  alerts = new AlertBook(store, { floor: 'medium' });
  book = new ExceptionBook(store, () => ({ rules: [rule], all: true }));
  const on = (n: number, device: string, process: string, change: Partial<ToldFinding> = {}): ToldFinding => ({
    ...story([n], { entities: { ...finding().entities, device, process } }),
    ...change,
  });
  alerts.apply(
    told(900, [
      on(1, 'backup-01', 'restic.exe', {
        columns: { DeviceName: 'backup-01', Process: 'restic.exe', Company: 'Restic' },
      }),
      on(20, 'backup-02', 'restic.exe', { columns: { DeviceName: 'backup-02', Process: 'restic.exe', Company: null } }),
      on(40, 'fs-01', 'rclone.exe'),
    ]),
  );
});
afterEach(async () => {
  expect(await checkAlerts(store)).toMatchObject({ trail: { faults: [] }, untold: [] });
  store.close();
  await rm(folder, { recursive: true, force: true });
});

const draft = (change: Partial<ExceptionDraft> = {}): ExceptionDraft => ({
  ...{ name: 'backups', rules: [rule.id], owner: 'ops', reason: 'nightly', expires: now + 90n * day },
  when: 'Process =~ "restic.exe" and DeviceName startswith "backup-"',
  ...change,
});

test('an exception is made, held against findings, and ended; all of it is in the trail', async () => {
  const { exception } = await book.add(draft(), ana);
  expect(exception).toMatchObject({ id: 'console-1', names: true, created: now, place: 'exception console-1' });
  expect(book.inForce()).toEqual([exception]);
  const over = { by: 'ben', at: now + 1n, reason: 'moved' };
  expect(book.end('console-1', 'moved', { actor: 'ben', at: now + 1n }).ended).toEqual(over);
  expect(book.inForce()).toEqual([]);
  expect(book.list()).toEqual([{ exception, by: 'ana', ended: over, renewed: null }]);
  expect(readTrail(store, { subject: 'exception:console-1', limit: 10 })).toMatchObject([
    { actor: 'ana', action: 'exception.made', details: { reason: 'nightly', hides: 2 } },
    { actor: 'ben', action: 'exception.ended', details: { reason: 'moved' } },
  ]);
  book.end('console-1', 'again', ana);
  expect(readTrail(store, { subject: 'exception:console-1', limit: 10 })).toHaveLength(2);
  expect(() => book.end('no-such', '', ana)).toThrow('there is no exception no-such');
});

/** What a condition would hide at a moment. */
async function previewed(when: string, at: bigint, more: { rules?: string[] | null; alert?: number } = {}) {
  const { collaterals } = await book.preview({ rules: [rule.id], when: [when], ...more }, at);
  return collaterals[0];
}

test('before it is made it says what it would hide', async () => {
  expect(await previewed(draft().when, now)).toEqual({ hides: [1, 2], confirmed: [], refusal: '' });
  expect(await previewed('Company == "Restic"', now, { rules: null })).toMatchObject({ hides: [1] });
  const mega = 'RemoteHost endswith "mega.co.nz" and Process == "rclone.exe"';
  expect(await previewed(mega, now, { rules: null })).toMatchObject({ hides: [3] });
  expect(await previewed('DeviceName == "elsewhere"', now, { rules: null })).toMatchObject({ hides: [] });
});

test('it hides no alert of which one row is not what it says, be that confirmed or not', async () => {
  const columns = { DeviceName: 'srv-13', Process: 'azcopy.exe', RemoteHost: 'backup.example', BytesSent: 8_000n };
  const facets = [{}, { RemoteHost: 'evil.example' }];
  alerts.apply(
    told(900, [
      { ...story([700]), columns },
      { ...story([800]), columns, facets },
    ]),
  );
  const [one, both] = [4, 5];
  const when = 'DeviceName == "srv-13" and RemoteHost == "backup.example" and BytesSent == 8000';
  expect(await previewed(when, now)).toMatchObject({ hides: [one] });
  expect(await previewed('DeviceName == "srv-13" and RemoteHost endswith ".example"', now)).toMatchObject({
    hides: [one, both],
  });
  alerts.change([{ id: both, version: 1 }], { state: 'closed', verdict: 'true-positive' }, ana);
  const { exception } = await book.add(draft({ when }), ana);
  expect(await book.confirmed([exception])).toEqual(new Map());
});

test('it is held against as many alerts as there are, each with all that its rows say, in little memory', async () => {
  const many = 1_500;
  const line = (n: number, nth: number) => `backup --part ${n}-${nth} ${'x'.repeat(1_200)}`;
  alerts.apply(
    told(
      900,
      Array.from({ length: many }, (_, n) => ({
        ...story([1_000 + 100 * n]),
        columns: { DeviceName: 'srv-13', Process: 'azcopy.exe', CommandLines: line(n, 0), Company: 'x'.repeat(1_000) },
        facets: [
          {},
          ...Array.from({ length: 48 }, (__, nth) => ({ CommandLines: line(n, nth + 1) })),
          n % 3 === 0 ? { CommandLines: 'copy secrets' } : { AccountName: 'svc' },
        ],
      })),
    ),
  );
  const { collaterals } = await book.preview(
    {
      rules: [rule.id],
      when: [
        'DeviceName == "srv-13" and CommandLines startswith "backup"',
        'DeviceName == "srv-13" and CommandLines has "secrets"',
      ],
    },
    now,
  );
  const own = Array.from({ length: many }, (_, n) => n);
  const shown = own.filter((n) => n % 3 !== 0).map((n) => 4 + n);
  expect(collaterals.map(({ hides }) => hides)).toEqual([shown, []]);
});

test('the alert that it is made for is counted however old it is', async () => {
  const later = now + 400n * day;
  expect(await previewed(draft().when, later)).toMatchObject({ hides: [] });
  expect(await previewed(draft().when, later, { alert: 2 })).toMatchObject({ hides: [2] });
  await book.add(draft({ expires: later + day, alert: 2 }), { actor: 'ana', at: later });
  expect(readTrail(store, { subject: 'exception:console-1', limit: 1 })[0]?.details).toMatchObject({
    ...{ hides: 1, alert: 2 },
  });
});

test('alerts that an exception hides are counted, and listed by it', () => {
  alerts.apply(told(900, [{ ...story([600]), hiddenBy: ['console-1', 'backups'] }, story([700])]));
  expect(book.hid(0n)).toEqual(
    new Map([
      ['console-1', 1],
      ['backups', 1],
    ]),
  );
  expect(book.hid(now)).toEqual(new Map());
  const hidden = alerts.list({ hidden: 'with', exception: 'backups' }, { order: 'newest', limit: 10 });
  expect(hidden.alerts.map(({ hiddenBy }) => hiddenBy)).toEqual([['console-1', 'backups']]);
});

describe('one that ends is renewed', () => {
  const until = now + 200n * day;
  const again = { expires: until, reason: 'still nightly' };
  const ben = { actor: 'ben', at: now + 80n * day };

  test('with a reason, which the trail keeps beside the end before', async () => {
    const { exception } = await book.add(draft(), ana);
    const renewed = await book.renew('console-1', again, ben);
    expect(renewed.exception).toEqual({ ...exception, expires: until });
    expect(renewed.renewed).toEqual({ by: 'ben', at: ben.at, reason: 'still nightly' });
    expect(book.inForce()).toEqual([renewed.exception]);
    expect(readTrail(store, { subject: 'exception:console-1', limit: 10 })).toMatchObject([
      { action: 'exception.made' },
      {
        ...{ actor: 'ben', action: 'exception.renewed' },
        details: { reason: 'still nightly', before: ticksToIso(exception.expires), expires: ticksToIso(until) },
      },
    ]);
    const later = { expires: until + day, reason: 'for good' };
    expect((await book.renew('console-1', later, ben)).renewed).toMatchObject({ reason: 'for good' });
    // Also when its time is over.
    const over = { actor: 'ana', at: until + 9n * day };
    await book.renew('console-1', { expires: over.at + day, reason: 'late' }, over);
  });

  test('and what has been confirmed meanwhile stops that, until it has leave again', async () => {
    await book.add(draft({ override: 'agreed' }), ana);
    alerts.change([{ id: 2, version: 1 }], { state: 'closed', verdict: 'true-positive' }, ana);
    await expect(book.renew('console-1', again, ben)).rejects.toMatchObject({ code: 'EXCEPTION_REFUSED' });
    expect(book.list()[0]).toMatchObject({ renewed: null, exception: { expires: now + 90n * day } });
    const { exception } = await book.renew('console-1', { ...again, override: 'agreed anew' }, ben);
    expect(exception.override).toEqual({ reason: 'agreed anew', by: 'ben' });
  });

  test.each<[Partial<typeof again>, string, string]>([
    [{ expires: now + 90n * day }, 'expires', 'it holds as long already'],
    [{ reason: ' ' }, 'reason', 'this is empty'],
  ])('%o is refused', async (change, place, message) => {
    await book.add(draft(), ana);
    await expect(book.renew('console-1', { ...again, ...change }, ben)).rejects.toMatchObject({
      ...{ code: 'EXCEPTION_INVALID', place, message },
    });
    expect(readTrail(store, { subject: 'exception:console-1', limit: 10 })).toHaveLength(1);
  });

  test('but not one that a person has ended, nor one to an end that is past', async () => {
    await book.add(draft(), ana);
    const late = { actor: 'ben', at: until + day };
    await expect(book.renew('console-1', again, late)).rejects.toMatchObject({ message: 'its end is past' });
    book.end('console-1', 'moved', ana);
    await expect(book.renew('console-1', again, ben)).rejects.toMatchObject({ advice: 'Make a new one.' });
    await expect(book.renew('no-such', again, ben)).rejects.toMatchObject({ code: 'EXCEPTION_UNKNOWN' });
  });
});

test('what is asked of many at once takes one engine at a time, and none where nothing has changed', async () => {
  const { exception } = await book.add(draft(), ana);
  alerts.change([{ id: 2, version: 1 }], { state: 'closed', verdict: 'true-positive' }, ana);
  let [inside, most, opened] = [0, 0, 0];
  const open = Engine.open.bind(Engine);
  const opens = vi.spyOn(Engine, 'open').mockImplementation(async (limits) => {
    const engine = await open(limits);
    [inside, opened] = [inside + 1, opened + 1];
    most = Math.max(most, inside);
    const close = engine.close.bind(engine);
    engine.close = () => {
      inside -= 1;
      close();
    };
    return engine;
  });
  const ask = () => Promise.all(Array.from({ length: 20 }, () => book.confirmed([exception])));
  expect(new Set((await ask()).map((met) => String(met.get(exception.id))))).toEqual(new Set(['2']));
  expect([opened, most]).toEqual([1, 1]);
  const previews = await Promise.all(
    ['backup-01', 'backup-02'].map((name) => previewed(`DeviceName == "${name}"`, now)),
  );
  expect(previews.map((each) => each?.hides)).toEqual([[1], [2]]);
  // Each is tried before it is held against alerts.
  expect([opened, most]).toEqual([5, 1]);
  alerts.change([{ id: 1, version: 1 }], { state: 'closed', verdict: 'true-positive' }, ana);
  expect((await ask()).at(-1)?.get(exception.id)).toEqual([1, 2]);
  expect((await book.confirmed([{ ...exception, when: 'DeviceName == "backup-01"' }])).get(exception.id)).toEqual([1]);
  expect([opened, most, inside]).toEqual([7, 1, 0]);
  opens.mockRestore();
});

describe('one that would hide a confirmed case', () => {
  beforeEach(() => {
    alerts.change([{ id: 2, version: 1 }], { state: 'closed', verdict: 'true-positive' }, ana);
  });

  test('is refused, however old the case is', async () => {
    const later = { actor: 'ana', at: now + 400n * day };
    expect(await previewed(draft().when, later.at)).toMatchObject({ hides: [2], confirmed: [2] });
    await expect(book.add(draft({ expires: later.at + day }), later)).rejects.toMatchObject({
      code: 'EXCEPTION_REFUSED',
      message: expect.stringContaining('it would hide a confirmed case'),
      advice: expect.stringContaining('Narrow its condition'),
    });
    expect(book.list()).toEqual([]);
  });

  test('is made with leave and a reason, which the trail keeps', async () => {
    const { exception } = await book.add(draft({ override: 'agreed with legal' }), ana);
    expect(exception.override).toEqual({ reason: 'agreed with legal', by: 'ana' });
    expect(readTrail(store, { subject: 'exception:console-1', limit: 1 })[0]?.details).toMatchObject({
      ...{ override: 'agreed with legal', confirmed: '2' },
    });
  });

  test('is made where it is narrowed', async () => {
    await book.add(draft({ when: 'Process =~ "restic.exe" and DeviceName == "backup-01"' }), ana);
    expect(book.inForce()).toHaveLength(1);
  });
});

test.each<[Partial<ExceptionDraft>, string, string, string]>([
  [{ when: 'true' }, 'EXCEPTION_INVALID', 'when:1:1', 'reads no column'],
  [{ when: 'DeviceName == DeviceName' }, 'EXCEPTION_INVALID', 'when:1:1', 'holds for every finding'],
  [{ when: 'Process == "x"\nand Devise == "y"' }, 'EXCEPTION_INVALID', 'when:2:5', 'a finding has no column Devise'],
  [{ when: 'LastSeen < now()' }, 'EXCEPTION_INVALID', 'when:1:1', 'now() is no fact of a finding'],
  [{ when: 'Process != "x"' }, 'EXCEPTION_REFUSED', 'when', 'and names none of them'],
  [{ owner: ' ' }, 'EXCEPTION_INVALID', 'owner', 'this is empty'],
  [{ reason: '' }, 'EXCEPTION_INVALID', 'reason', 'this is empty'],
  [{ expires: now }, 'EXCEPTION_INVALID', 'expires', 'its end is past'],
  [{ rules: ['no.such'] }, 'EXCEPTION_INVALID', 'rules', 'there is no rule no.such'],
  [{ override: ' ' }, 'EXCEPTION_INVALID', 'override', 'this is empty'],
])('%o is refused', async (change, code, place, message) => {
  await expect(book.add(draft(change), ana)).rejects.toMatchObject({
    ...{ code, place, message: expect.stringContaining(message) },
  });
  expect(book.list()).toEqual([]);
});

test('its end is told once, a fortnight before', async () => {
  const { exception } = await book.add(draft(), ana);
  const told = () =>
    readNotices(
      store,
      Array.from({ length: 20 }, (_, n) => n + 1),
    ).filter(({ cause }) => cause === 'exception-ends');
  warnOfEnds(store, [exception], exception.expires - 15n * day);
  expect(told()).toEqual([]);
  for (const before of [14n, 13n, 1n, 0n, -1n]) warnOfEnds(store, [exception], exception.expires - before * day);
  expect(told()).toMatchObject([
    { told: { exception: { id: 'console-1', owner: 'ops', expires: exception.expires } } },
  ]);
  const renewed = { ...exception, expires: exception.expires + 90n * day };
  warnOfEnds(store, [renewed], renewed.expires - day);
  expect(told()).toHaveLength(2);
});
