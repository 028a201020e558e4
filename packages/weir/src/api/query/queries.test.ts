import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { steadyClock } from '../clock.fixture.ts';
import { Queries, type QueryLimits } from './queries.ts';
import { someTables } from './tables.fixture.ts';

let lake: Awaited<ReturnType<typeof someTables>>;
let queries: Queries;
const crashes: string[] = [];
let pools = 0;

const limits: QueryLimits = { atOnce: 1, memoryMb: 120, threads: 1, spillMb: 50, time: 600_000_000n, rows: 50 };

function start(other: Partial<QueryLimits> = {}): Queries {
  const { directory, snapshot } = lake;
  pools += 1;
  const spillDirectory = join(lake.spillDirectory, String(pools));
  return new Queries({
    ...{ directory, spillDirectory, snapshot, clock: steadyClock(), watchlists: [], prepare: [] },
    limits: { ...limits, ...other },
    onCrash: (said) => crashes.push(said),
  });
}

beforeAll(async () => {
  lake = await someTables();
  queries = start();
  await queries.warm();
});
afterEach(() => {
  expect(lake.held()).toBe(0);
  expect(queries.running()).toEqual([]);
  expect(crashes).toEqual([]);
});
afterAll(async () => {
  await queries.close();
  await lake.remove();
});

let asked = 0;
const run = (kql: string, { signal = new AbortController().signal, of = queries, ...rest } = {}) => {
  asked += 1;
  return of.run({ id: `q${asked}`, who: 'ada', kql, ...rest }, signal);
};
const endless = `range a from 1 to 100000 step 1 | extend k = 1
  | join kind=inner (range b from 1 to 1000000 step 1 | extend k = 1) on k | summarize sum((a + b) % 7)`;

/** Waits until a query has been in its process for a while. */
async function inFull(of = queries): Promise<string> {
  while (of.running().length === 0) await setTimeout(5);
  await setTimeout(300);
  return of.running()[0]?.id ?? '';
}

test('rows, columns and the moment are told', async () => {
  const answer = await run('DeviceNetworkEvents | summarize sum(BytesSent) by DeviceName | sort by DeviceName asc');
  expect(answer).toMatchObject({
    columns: [
      { name: 'DeviceName', type: 'string' },
      { name: 'sum_BytesSent', type: 'long' },
    ],
    count: 3,
    truncated: false,
    seq: 7n,
  });
  expect(JSON.parse(`[${answer.rows}]`)).toEqual([
    ['host-0', 1_683_000],
    ['host-1', 1_617_000],
    ['host-2', 1_650_000],
  ]);
});

test('now() is the moment that was asked for, else the present', async () => {
  const then = await queries.run(
    { id: 'then', who: 'ada', kql: 'print now()', now: 638_000_000_000_000_001n },
    new AbortController().signal,
  );
  expect(then.rows).toBe('["2022-09-28T22:13:20.0000001Z"]');
  expect((await run('DeviceNetworkEvents | where Timestamp > ago(1m) | count')).rows).toBe('[100]');
});

test('no more rows than the limit, and the rest is said to be missing', async () => {
  expect(await run('DeviceNetworkEvents')).toMatchObject({ count: 50, truncated: true });
  expect(await run('DeviceNetworkEvents | take 50')).toMatchObject({ count: 50, truncated: false });
  expect(await run('DeviceNetworkEvents', { rows: 7 } as object)).toMatchObject({ count: 7, truncated: true });
  expect((await run('print 1')).count).toBe(1);
});

test('a text that does not compile is refused with its places', async () => {
  await expect(run('DeviceNetworkEvents\n| where Nothing == 1')).rejects.toMatchObject({
    code: 'QUERY_REFUSED',
    place: '2:9',
    diagnostics: [{ line: 2, column: 9, length: 7 }],
  });
  const checked = await queries.check(
    { id: 'c', who: 'ada', kql: 'DeviceNetworkEvents | project DeviceName' },
    new AbortController().signal,
  );
  expect(checked).toMatchObject({ diagnostics: [], columns: [{ name: 'DeviceName', type: 'string' }] });
});

test('columns that depend on the data are looked up', async () => {
  const kql =
    'DeviceNetworkEvents | where BytesSent < 3000 | project DeviceName, BytesSent | evaluate pivot(DeviceName, sum(BytesSent))';
  expect((await run(kql)).columns.map(({ name }) => name)).toEqual(['host-0', 'host-1', 'host-2']);
});

test.each([
  "externaldata(a: string)['file:///etc/passwd']",
  "DeviceNetworkEvents | where DeviceName == '\\'); COPY (SELECT 1) TO \\'x.csv\\'; --'",
  'read_csv',
  "['read_text(\\'/etc/passwd\\')']",
  'DeviceNetworkEvents | project x = 1; print 2',
  "print ['a\"; DROP VIEW x; --'] = 1",
])('%j reads and writes nothing but the tables', async (kql) => {
  const said = await run(kql).then(
    ({ rows }) => rows,
    (error) => error.code,
  );
  expect(said).not.toContain('root:');
  expect(existsSync('x.csv')).toBe(false);
  expect((await run('DeviceNetworkEvents | count')).rows).toBe('[100]');
});

test('SQL that reached the engine all the same would find it confined', async () => {
  writeFileSync(join(lake.folder, 'outside.csv'), 'a\n1\n');
  const breaking = new Queries({
    ...{
      directory: lake.directory,
      spillDirectory: lake.spillDirectory,
      clock: steadyClock(),
      watchlists: [],
      prepare: [],
      limits,
    },
    onCrash: () => undefined,
    snapshot: () => ({
      seq: 1n,
      show: async (to) => {
        await to.run(`CREATE VIEW leak AS SELECT * FROM read_csv('${join(lake.folder, 'outside.csv')}')`);
      },
      release: () => undefined,
    }),
  });
  await expect(breaking.run({ id: 'y', who: 'x', kql: 'print 1' }, new AbortController().signal)).rejects.toThrow(
    /Permission/,
  );
  await breaking.close();
});

describe('a runaway query', () => {
  test('ends at its time, and the next one is answered', async () => {
    const short = start({ time: 10_000_000n });
    await expect(run(endless, { of: short })).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    expect((await run('print 1', { of: short })).rows).toBe('[1]');
    await short.close();
    expect(readdirSync(join(lake.spillDirectory, String(pools)))).toEqual([]);
  });

  test('ends when it is cancelled by id, or its asker goes away; one that waits, too', async () => {
    const first = run(endless).catch(({ code }) => code);
    const id = await inFull();
    const away = new AbortController();
    const waiting = run('print 1', { signal: away.signal }).catch(({ code }) => code);
    away.abort();
    expect(await waiting).toBe('QUERY_CANCELLED');
    expect(queries.cancel(id)).toBe(true);
    expect(await first).toBe('QUERY_CANCELLED');
    expect(queries.cancel(id)).toBe(false);
    const gone = new AbortController();
    const second = run(endless, { signal: gone.signal }).catch(({ code }) => code);
    await inFull();
    gone.abort();
    expect(await second).toBe('QUERY_CANCELLED');
    expect((await run('print 2')).rows).toBe('[2]');
  });

  test.each([
    'range x from 1 to 30000000 step 1 | summarize make_list(x)',
    'range x from 1 to 100000000 step 1 | extend y = strcat("some text that is long enough ", x) | sort by y desc',
  ])('that needs too much memory or disk is refused: %s', async (kql) => {
    await expect(run(kql)).rejects.toMatchObject({ code: 'QUERY_MEMORY' });
    expect((await run('print 3')).rows).toBe('[3]');
  });
});

test('more than may wait are turned away, an id is taken once', async () => {
  const running = run(endless, { id: 'same' } as object).catch(() => 'ended');
  await inFull();
  await expect(run('print 1', { id: 'same' } as object)).rejects.toMatchObject({ code: 'QUERY_EXISTS' });
  const waiting = Array.from({ length: 16 }, (_, each) => run(`print ${each}`));
  await expect(run('print 1')).rejects.toMatchObject({ code: 'QUERY_BUSY' });
  queries.cancel('same');
  await running;
  expect((await Promise.all(waiting)).map(({ rows }) => rows)).toEqual(waiting.map((_, each) => `[${each}]`));
});

test('who asks much keeps nobody else from a turn', async () => {
  const order: string[] = [];
  const ask = async (who: string, n: number) => {
    await run(`print ${n}`, { who } as object);
    order.push(`${who} ${n}`);
  };
  const running = run(endless, { id: 'eve', who: 'eve' } as object).catch(() => 'ended');
  await inFull();
  const waiting = Array.from({ length: 16 }, (_, n) => ask('eve', n));
  await expect(ask('eve', 17)).rejects.toMatchObject({ code: 'QUERY_BUSY' });
  waiting.push(...[0, 1].map((n) => ask('cyd', n)), ask('ben', 0));
  queries.cancel('eve');
  await running;
  await Promise.all(waiting);
  expect(order.slice(0, 6)).toEqual(['cyd 0', 'ben 0', 'eve 0', 'cyd 1', 'eve 1', 'eve 2']);
});

test('once closed, no process starts that nobody would end', async () => {
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
  const before = processes();
  const of = start();
  await of.close();
  await expect(run('print 1', { of })).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
  await of.warm();
  expect(processes()).toBe(before);
});
