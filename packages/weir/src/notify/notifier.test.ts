import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AlertBook } from '../alert/book.ts';
import { minute, story, told } from '../alert/told.fixture.ts';
import { Health } from '../operate/health.ts';
import { reportDestinations } from '../serve/telling.ts';
import { Store } from '../store/store.ts';
import { readTrail } from '../store/trail.ts';
import { FakeClock } from './clock.fixture.ts';
import type { Destination } from './destination.ts';
import { DeliveryFailure } from './failure.ts';
import type { Message } from './message.ts';
import { Notifier } from './notifier.ts';
import { Undelivered } from './undelivered.ts';
import { webhookSender } from './webhook.ts';

const second = 10_000_000n;
const hour = 3_600n * second;
let folder: string;
let store: Store;
let book: AlertBook;
let clock: FakeClock;
let stop: AbortController;
let running: Promise<void>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-notify-'));
  store = Store.open(join(folder, 'weir.db'));
  book = new AlertBook(store, { floor: 'medium' });
  clock = new FakeClock(minute(10_000));
  stop = new AbortController();
  running = Promise.resolve();
  waits = [];
});
afterEach(async () => {
  stop.abort();
  await running;
  store.close();
  await rm(folder, { recursive: true, force: true });
});

let keys = 0;
const random = (bytes: number) => new Uint8Array(bytes).fill(++keys % 256);

/** A destination that keeps what it is told. */
function inbox(name: string, change: Partial<Destination> = {}) {
  const messages: Message[] = [];
  const destination: Destination = {
    ...{ name, floor: 0, readers: 'people', perMinute: 6, giveUp: 24n * hour },
    send: async (message) => {
      messages.push(message);
    },
    ...change,
  };
  return {
    messages,
    destination,
    alerts: () => messages.flatMap(({ notices }) => notices.map((n) => ('alert' in n.told ? n.told.alert : 0))),
  };
}

let waits: bigint[];

function start(...destinations: Destination[]): Notifier {
  const errors: unknown[] = [];
  const notifier = new Notifier({
    store,
    clock,
    random,
    destinations,
    written: book.written,
    onTold: (ticks) => waits.push(ticks),
    onError: (_, error) => errors.push(error),
  });
  running = notifier.run(stop.signal).then(() => expect(errors).toEqual([]));
  return notifier;
}

const findings = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, n) => story([(from + n) * 10]));
const raise = (from: number, until: number) => book.apply(told(10_000, findings(from, until), { judged: [] }));

test('what is raised is delivered, once', async () => {
  const { destination, messages, alerts } = inbox('a');
  start(destination);
  raise(0, 2);
  await clock.until(() => messages.length === 2);
  await clock.pass(hour);
  expect(alerts()).toEqual([1, 2]);
  expect(new Set(messages.map(({ key }) => key)).size).toBe(2);
});

test('what is raised is delivered at once', async () => {
  const { destination, alerts } = inbox('a');
  start(destination);
  await setTimeout(10);
  raise(0, 1);
  // No time passes: nobody looks by the clock.
  await vi.waitFor(() => expect(alerts()).toEqual([1]));
});

test('how long a notice waited is told when a destination has taken it, and not before', async () => {
  let fails = true;
  const send = async () => {
    if (fails) throw new Error('not now');
  };
  const { destination } = inbox('a', { send });
  const notifier = start(destination);
  await setTimeout(10);
  raise(0, 1);
  await vi.waitFor(() => expect(notifier.health()[0]?.failing).not.toBe(null));
  expect(waits).toEqual([]);
  fails = false;
  const begun = clock.now();
  await clock.until(() => waits.length > 0);
  // Alerts of these tests are of a minute of their own.
  expect(waits).toEqual([clock.now() - minute(10_000)]);
  expect(clock.now()).toBeGreaterThan(begun);
});

test('a destination that is new is told what comes, not what was', async () => {
  raise(0, 2);
  const { destination, alerts } = inbox('a');
  start(destination);
  raise(2, 3);
  await clock.until(() => alerts().length > 0);
  expect(alerts()).toEqual([3]);
});

test('a storm is one message, which counts them all', async () => {
  const { destination, messages } = inbox('a');
  start(destination);
  raise(0, 37);
  await clock.until(() => messages.length > 0);
  await clock.pass(hour);
  expect(messages.map(({ summary }) => [summary.kind, summary.subjects])).toEqual([['rule', 37]]);
});

test('a storm that goes on is a few messages a minute, and none of it is uncounted', async () => {
  const { destination, messages } = inbox('a', { perMinute: 3 });
  start(destination);
  const minutes = 5;
  for (let s = 0; s < minutes * 60; s++) {
    raise(s, s + 1);
    await clock.pass(second);
  }
  await clock.until(() => messages.reduce((sum, { summary }) => sum + summary.subjects, 0) === minutes * 60);
  expect(messages.length).toBeLessThanOrEqual(3 * (minutes + 2));
});

test('a clock that is put back does not make people wait for what was told by the later one', async () => {
  const { destination, alerts } = inbox('a', { perMinute: 1 });
  start(destination);
  raise(0, 1);
  await clock.until(() => alerts().length === 1);
  stop.abort();
  await running;
  stop = new AbortController();
  clock = new FakeClock(minute(9_000));
  start(destination);
  raise(1, 2);
  await clock.until(() => alerts().length === 2);
  expect(clock.now()).toBeLessThan(minute(9_010));
});

test('machines are told every notice', async () => {
  const { destination, messages, alerts } = inbox('a', { readers: 'machines' });
  start(destination);
  raise(0, 1_200);
  await clock.until(() => alerts().length === 1_200);
  expect(messages.map(({ notices }) => notices.length)).toEqual([500, 500, 200]);
});

test('a destination is told from its own floor on', async () => {
  const grave = inbox('grave', { floor: 3 });
  const all = inbox('all');
  start(grave.destination, all.destination);
  book.apply(told(10_000, [story([1], { severity: 'medium', score: 50 }), story([20])]));
  await clock.until(() => all.alerts().length === 2);
  await clock.until(() => grave.alerts().length === 1);
  expect(grave.alerts()).toEqual([2]);
  book.apply(told(10_001, []));
  await clock.until(() => grave.messages.length === 2);
  expect(grave.messages[1]?.notices[0]).toMatchObject({ cause: 'withdrawn', told: { alert: 2 } });
});

test('retro findings are one digest', async () => {
  const { destination, messages } = inbox('a');
  start(destination);
  book.apply(
    told(
      10_000,
      findings(0, 500).map((each) => ({ ...each, retro: true })),
    ),
  );
  await clock.until(() => messages.length > 0);
  await clock.pass(hour);
  expect(messages.map(({ summary }) => [summary.kind, summary.subjects])).toEqual([['retro', 500]]);
});

describe('a destination that fails', () => {
  test('is tried again, ever more rarely, with the same key, and what comes meanwhile is put together', async () => {
    const tries: { key: string; at: bigint }[] = [];
    const good = inbox('good');
    const bad = inbox('bad', {
      send: async ({ key, summary }) => {
        tries.push({ key, at: clock.now() });
        if (tries.length < 8) throw new Error('connect ECONNREFUSED https://u:secret@x/');
        bad.messages.push({ key, made: 0n, summary, notices: [] });
      },
    });
    const notifier = start(good.destination, bad.destination);
    raise(0, 1);
    await clock.until(() => tries.length === 3);
    raise(1, 30);
    await clock.until(() => good.messages.length === 2);
    expect(notifier.health()).toMatchObject([
      { name: 'good', failing: null, waiting: 0 },
      {
        name: 'bad',
        failing: { error: 'connect ECONNREFUSED https://u:s***@x/' },
        waiting: 30,
        dead: 0,
        deadLately: 0,
      },
    ]);
    await clock.until(() => bad.messages.length === 2);
    expect(new Set(tries.slice(0, 8).map(({ key }) => key)).size).toBe(1);
    const waits = tries.slice(1, 8).map(({ at }, index) => at - (tries[index]?.at ?? 0n));
    for (const [index, wait] of waits.entries()) {
      const whole = 5n * second * 2n ** BigInt(index);
      expect(wait).toBeGreaterThanOrEqual(whole / 2n);
      expect(wait).toBeLessThanOrEqual(whole + 2n * second);
    }
    expect(bad.messages.map(({ summary }) => summary.subjects)).toEqual([1, 29]);
    expect(notifier.health()[1]).toMatchObject({ failing: null, waiting: 0 });
  });

  test('is left alone for as long as it asks', async () => {
    const tries: bigint[] = [];
    const { destination } = inbox('a', {
      send: async () => {
        tries.push(clock.now());
        if (tries.length === 1) throw new DeliveryFailure('busy', { again: true, after: 300n * second });
      },
    });
    start(destination);
    raise(0, 1);
    await clock.until(() => tries.length === 2);
    expect((tries[1] ?? 0n) - (tries[0] ?? 0n)).toBeGreaterThanOrEqual(300n * second);
  });

  test('for too long loses the message to the dead letters, from where it is sent again', async () => {
    let up = false;
    const { destination, messages } = inbox('a', {
      giveUp: 2n * hour,
      send: async (message) => {
        if (!up) throw new Error('down');
        messages.push(message);
      },
    });
    const notifier = start(destination);
    raise(0, 1);
    await clock.until(() => notifier.health()[0]?.dead === 1, 60n * second);
    const undelivered = new Undelivered(store);
    const [letter] = undelivered.list(10);
    expect(letter).toMatchObject({ destination: 'a', error: 'down', summary: { subjects: 1 } });
    expect((letter?.ended ?? 0n) - (letter?.made ?? 0n)).toBeGreaterThanOrEqual(2n * hour);
    up = true;
    const act = { actor: 'root', at: clock.now() };
    undelivered.again(letter?.id ?? 0, act);
    expect(() => undelivered.again(letter?.id ?? 0, act)).toThrow(expect.objectContaining({ code: 'MESSAGE_UNKNOWN' }));
    expect(readTrail(store, { subject: `message:${letter?.id}`, limit: 9 })).toMatchObject([
      { ...act, action: 'message.again', details: { destination: 'a' } },
    ]);
    await clock.until(() => messages.length === 1);
    expect(notifier.health()[0]).toMatchObject({ failing: null, dead: 0 });
  });

  test('is given as long again after a time in which the service was down', async () => {
    let up = false;
    const { destination, messages } = inbox('a', {
      giveUp: 2n * hour,
      send: async (message) => {
        if (!up) throw new Error('down');
        messages.push(message);
      },
    });
    start(destination);
    raise(0, 1);
    await clock.pass(second);
    stop.abort();
    await running;
    await clock.pass(60n * hour);
    stop = new AbortController();
    const notifier = start(destination);
    await clock.pass(second);
    await clock.pass(second);
    expect(notifier.health()[0]).toMatchObject({ dead: 0, waiting: 1 });
    up = true;
    await clock.until(() => messages.length === 1);
  });

  test('makes it wait no longer than that where the clock is put back by hours', async () => {
    const tries: bigint[] = [];
    const { destination } = inbox('a', {
      send: async () => {
        tries.push(clock.now());
        throw new Error('down');
      },
    });
    start(destination);
    raise(0, 1);
    await clock.until(() => tries.length === 1);
    const before = tries.length;
    clock.putBack(8n * hour);
    await clock.until(() => tries.length > before);
    expect(clock.now()).toBeLessThan(tries[0] ?? 0n);
  });

  test('over one message gives that one up, and goes on with the next', async () => {
    const { destination, messages } = inbox('a', {
      send: async (message) => {
        if (message.notices[0]?.id === 1) throw new DeliveryFailure('it answers 400', { again: false });
        messages.push(message);
      },
    });
    const notifier = start(destination);
    raise(0, 2);
    await clock.until(() => messages.length === 1);
    expect(notifier.health()).toMatchObject([{ failing: null, dead: 1, deadLately: 1 }]);
    const health = new Health(clock);
    const told = () => {
      reportDestinations(notifier, health);
      const { state, reason } = health.parts.get('destination a') ?? {};
      return [state, reason];
    };
    expect(told()).toEqual(['degraded', '1 message given up in the last day: GET /api/undelivered shows them']);
    await clock.pass(25n * hour);
    expect(told()).toEqual(['ok', '']);
    expect(notifier.health()).toMatchObject([{ dead: 1, deadLately: 0 }]);
  });
});

describe('while the store cannot be written', () => {
  test.each([
    ['what is delivered', () => undefined, 'sent'],
    [
      'what is refused',
      () => {
        throw new DeliveryFailure('it answers 400', { again: false });
      },
      'dead',
    ],
  ])('%s is sent once, and written down when that is possible again', async (_, answer, state) => {
    store
      .statement("CREATE TRIGGER full BEFORE UPDATE ON message BEGIN SELECT RAISE(FAIL, 'the disk is full'); END")
      .run();
    const keys: string[] = [];
    const send = async ({ key }: Message) => {
      keys.push(key);
      answer();
    };
    const errors: unknown[] = [];
    const { destination } = inbox('a', { send });
    const notifier = new Notifier({
      ...{ store, clock, random, destinations: [destination], written: book.written },
      onError: (_, error) => errors.push(error),
    });
    running = notifier.run(stop.signal);
    raise(0, 1);
    await clock.until(() => errors.length === 5);
    expect(errors.map(String)).toEqual(errors.map(() => expect.stringContaining('the disk is full')));
    expect(keys).toHaveLength(1);
    store.statement('DROP TRIGGER full').run();
    raise(1, 2);
    await clock.until(() => keys.length === 2);
    await clock.until(() => notifier.health()[0]?.waiting === 0);
    const messages = store.statement('SELECT key, state, attempts FROM message ORDER BY id').all();
    expect(messages).toEqual(keys.map((key) => ({ key, state, attempts: 1n })));
  });
});

describe('over real connections', () => {
  let answer: (response: ServerResponse) => void;
  const ids: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      ids.push(String(request.headers['webhook-id']));
      answer(response);
    });
  });
  const hook = () =>
    webhookSender({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, allow: ['127.0.0.1'] }, 'k');
  beforeEach(async () => {
    ids.length = 0;
    answer = (response) => response.end();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('one that hangs is cut off, and holds up no other', async () => {
    answer = () => undefined;
    const good = inbox('good');
    const notifier = start(inbox('hangs', { send: hook() }).destination, good.destination);
    raise(0, 1);
    await clock.until(() => good.messages.length === 1 && ids.length === 1);
    expect(notifier.health()[0]?.failing).toBe(null);
    await clock.until(() => notifier.health()[0]?.failing !== null);
    expect(notifier.health()[0]).toMatchObject({
      failing: { error: 'it did not take the message in time' },
      waiting: 1,
    });
    answer = (response) => response.end();
    await clock.until(() => notifier.health()[0]?.failing === null);
    expect(new Set(ids).size).toBe(1);
  });

  test('a service that ends while a message is on its way sends it again with the same key', async () => {
    answer = () => undefined;
    start(inbox('a', { send: hook() }).destination);
    raise(0, 1);
    await clock.until(() => ids.length === 1);
    stop.abort();
    await running;
    stop = new AbortController();
    answer = (response) => response.end();
    const notifier = start(inbox('a', { send: hook() }).destination);
    await clock.until(() => ids.length === 2);
    await clock.until(() => notifier.health()[0]?.waiting === 0);
    expect(new Set(ids).size).toBe(1);
  });
});

test('what waits for a destination that is no longer named is given up, and told', async () => {
  const { destination } = inbox('old', { send: () => Promise.reject(new Error('down')) });
  const notifier = start(destination);
  raise(0, 1);
  await clock.until(() => notifier.health()[0]?.failing !== null);
  stop.abort();
  await running;
  stop = new AbortController();
  start(inbox('new').destination);
  const undelivered = new Undelivered(store);
  const [letter] = undelivered.list(10);
  expect(letter).toMatchObject({ destination: 'old', error: 'its destination is no longer in the config' });
  expect(() => undelivered.again(letter?.id ?? 0, { actor: 'root', at: clock.now() })).toThrow(
    expect.objectContaining({ code: 'MESSAGE_STRANDED' }),
  );
});

test.each([
  ['people', 0, [1, 20]],
  ['people', 3, [1, 10]],
  ['machines', 0, [1, 20]],
] as const)(
  'what was in no message yet is given up with it: for %s, from severity %i on',
  async (readers, floor, subjects) => {
    const { destination } = inbox('old', { readers, floor, send: () => Promise.reject(new Error('down')) });
    const notifier = start(destination);
    raise(0, 1);
    await clock.until(() => notifier.health()[0]?.failing !== null);
    const some = (from: number, severity: 'high' | 'medium') =>
      Array.from({ length: 10 }, (_, n) =>
        story([(from + n) * 10], { severity, score: severity === 'high' ? 80 : 50 }),
      );
    book.apply(told(10_000, [...findings(0, 1), ...some(1, 'high'), ...some(11, 'medium')]));
    expect(notifier.health()).toMatchObject([{ waiting: subjects[0] + subjects[1] }]);
    stop.abort();
    await running;
    stop = new AbortController();
    const { destination: named, messages } = inbox('new');
    const next = start(named);
    expect(next.stranded()).toEqual([{ name: 'old', messages: 2 }]);
    const letters = new Undelivered(store).list(10);
    expect(letters.map(({ summary }) => summary.subjects).toSorted((a, b) => a - b)).toEqual(subjects);
    for (const { id } of letters) new Undelivered(store).again(id, { actor: 'root', at: clock.now() }, 'new');
    await clock.until(() => messages.length === 2);
  },
);

test('what waited for a destination that is no longer named is told by health until it is sent to another or accepted', async () => {
  const { destination } = inbox('old', { send: () => Promise.reject(new Error('down')) });
  let notifier = start(destination);
  raise(0, 1);
  await clock.until(() => notifier.health()[0]?.failing !== null);
  stop.abort();
  await running;
  stop = new AbortController();
  const { destination: renamed, messages } = inbox('new');
  notifier = start(renamed);
  const health = new Health(clock);
  const told = () => {
    reportDestinations(notifier, health);
    return health.parts.get('destinations that are gone')?.reason;
  };
  expect(told()).toMatch(/^not delivered, and no longer named in weir\.yaml: 1 message to old; /);
  const undelivered = new Undelivered(store);
  const by = { actor: 'root', at: clock.now() };
  const [letter] = undelivered.list(10);
  const id = letter?.id ?? 0;
  expect(() => undelivered.again(id, by, 'another')).toThrow(expect.objectContaining({ code: 'MESSAGE_STRANDED' }));
  expect(undelivered.again(id, by, 'new').destination).toBe('new');
  expect(told()).toBeUndefined();
  raise(1, 2);
  await clock.until(() => messages.length === 2);

  store.statement("UPDATE message SET state = 'dead', ended = ?, error = 'x', destination = 'older'").run(clock.now());
  expect(told()).toMatch(/2 messages to older;/);
  for (const { id } of undelivered.list(10)) undelivered.accept(id, 'told by hand', by);
  expect(told()).toBeUndefined();
  expect(
    readTrail(store, { subject: `message:${id}`, limit: 9 }).map(({ action, details }) => [action, details]),
  ).toEqual(
    expect.arrayContaining([
      ['message.again', { destination: 'new', before: 'old' }],
      ['message.accepted', expect.objectContaining({ destination: 'older', reason: 'told by hand' })],
    ]),
  );
  expect(() => undelivered.accept(id, 'again', by)).toThrow(expect.objectContaining({ code: 'MESSAGE_UNKNOWN' }));
});

test('what was delivered is forgotten after a week, what was given up is not', async () => {
  const { destination, messages } = inbox('a', {
    send: async (message) => {
      if (message.notices[0]?.id === 1) throw new DeliveryFailure('no', { again: false });
      messages.push(message);
    },
  });
  start(destination);
  raise(0, 3);
  await clock.until(() => messages.length === 2);
  for (let days = 0; days < 8; days += 1) await clock.pass(24n * hour);
  await clock.until(() => Number(store.statement('SELECT count(*) AS n FROM message').get()?.n) === 1);
  await clock.until(() => Number(store.statement('SELECT count(*) AS n FROM notice').get()?.n) === 1);
  expect(new Undelivered(store).list(10)).toMatchObject([{ error: 'no' }]);
});

test('whatever fails and whenever the service ends, every alert is told, and none under two keys', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ raise: fc.integer({ min: 1, max: 8 }) }) },
    { weight: 3, arbitrary: fc.record({ fail: fc.integer({ min: 1, max: 3 }), arrives: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ restart: fc.constant(true) }) },
    { weight: 2, arbitrary: fc.record({ seconds: fc.integer({ min: 1, max: 90 }) }) },
  );
  let next = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      let failures: boolean[] = [];
      const delivered: Message[] = [];
      const { destination } = inbox('law', {
        perMinute: 2,
        send: async (message) => {
          await setTimeout(0);
          const arrives = failures.shift();
          if (arrives !== false) delivered.push(message);
          if (arrives !== undefined) throw new Error('lost the connection');
        },
      });
      let notifier = start(destination);
      const first = next;
      for (const each of steps) {
        if ('raise' in each) {
          raise(next, next + each.raise);
          next += each.raise;
        }
        if ('fail' in each) failures = Array.from({ length: each.fail }, () => each.arrives);
        if ('seconds' in each) await clock.pass(BigInt(each.seconds) * second);
        await clock.pass(second);
        if ('restart' in each) {
          stop.abort();
          await running;
          stop = new AbortController();
          notifier = start(destination);
        }
      }
      const count = () => new Map(delivered.map(({ key, summary }) => [key, summary.subjects]));
      const sum = () => [...count().values()].reduce((a, b) => a + b, 0);
      await clock.until(() => sum() >= next - first);
      failures = [];
      await clock.until(() => notifier.health()[0]?.waiting === 0);
      expect(sum()).toBe(next - first);
      const told = new Map<number, string>();
      for (const { key, notices } of delivered)
        for (const { told: about } of notices) {
          if (!('alert' in about)) continue;
          expect(told.get(about.alert) ?? key).toBe(key);
          told.set(about.alert, key);
        }
      stop.abort();
      await running;
      stop = new AbortController();
    }),
    { numRuns: 12 },
  );
}, 120_000);
