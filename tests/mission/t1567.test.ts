import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DuckDBValue } from '@duckdb/node-api';
import { compile } from '@weir/kql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weirSchema } from '../../packages/weir/src/tables/index.ts';
import { type Reading, read } from '../../packages/weir/src/weir.ts';
import { sharedPath } from '../shared.ts';

const published = sharedPath('mission', 't1567.kql');
const byHand = readFileSync(new URL('../../bench/t1567.sql', import.meta.url), 'utf8');
const day = 864_000_000_000n;

/** The published query runs unchanged on fused data and gives what SQL written by hand, without the compiler, gives. */
describe.skipIf(published === undefined)('the published T1567 query', () => {
  const text = published === undefined ? '' : readFileSync(published, 'utf8');
  const compiled = compile(text, { schema: weirSchema, dialect: 'duckdb' });
  let answers: { now: bigint; kql: DuckDBValue[][]; sql: DuckDBValue[][] }[] = [];
  let directory = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-test-'));
    answers = await read(
      {
        paths: [fileURLToPath(new URL('../../samples/company', import.meta.url))],
        content: fileURLToPath(new URL('../../content', import.meta.url)),
        workDirectory: directory,
      },
      everyHour,
    );
  }, 120_000);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function everyHour({ lake: { engine } }: Reading): Promise<typeof answers> {
    // In memory, so that a hundred small queries do not open the segments each time.
    await engine.run('CREATE TEMP TABLE "DeviceNetworkEvents" AS FROM main."DeviceNetworkEvents"');
    const [span] = await engine.table('SELECT min("Timestamp"), max("Timestamp") FROM DeviceNetworkEvents');
    const [first, last] = span as [bigint, bigint];
    const all: typeof answers = [];
    for (let now = first; now <= last + day; now += day / 24n) {
      all.push({
        now,
        kql: await engine.table(compiled.sql ?? '', { now }),
        sql: await engine.table(byHand, { now }),
      });
    }
    return all;
  }

  it('compiles as it stands', () => {
    expect(compiled.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('waits for the moment alone, and looks for each list of hosts in one pass of one expression', () => {
    expect(compiled.parameters).toEqual(['now']);
    const patterns = compiled.sql?.match(/regexp_extract\([^,]+, '[^']+'\)/g) ?? [];
    for (const [first, last] of [
      ['api\\\\.telegram\\\\.org', 'serveo\\\\.net'],
      ['content\\\\.dropboxapi\\\\.com', 'storage\\\\.googleapis\\\\.com'],
    ] as const) {
      const own = new RegExp(`${first}.*${last}`);
      expect(patterns.filter((pattern) => own.test(pattern))).toHaveLength(1);
    }
  });

  it('has two RemotePort columns, as Kusto splits int and long', () => {
    const ports = compiled.columns.filter(({ name }) => name.startsWith('RemotePort'));
    expect(ports).toEqual([
      { name: 'RemotePort_int', type: 'int' },
      { name: 'RemotePort_long', type: 'long' },
    ]);
    expect(compiled.columns).toHaveLength(17);
  });

  it('gives the rows of the hand-written SQL at every hour of the data', () => {
    expect(answers.length).toBeGreaterThan(48);
    for (const { now, kql, sql } of answers) {
      expect(rowsByText(reordered(kql)), `at ${now}`).toEqual(rowsByText(sql));
    }
  });

  it('fires in every branch somewhere, so that the comparison means something', () => {
    const category = compiled.columns.findIndex(({ name }) => name === 'ExfilCategory');
    const seen = new Set(answers.flatMap(({ kql }) => kql.map((row) => row[category])));
    expect([...seen].sort()).toEqual(
      expect.arrayContaining([
        'Bulk Upload Detected',
        'Cloud Storage Upload',
        'File Sharing',
        'Messaging API',
        'Paste Site',
      ]),
    );
  });

  it('sorts by time, newest first', () => {
    for (const { kql } of answers) {
      const times = kql.map((row) => row[0] as bigint);
      expect(times).toEqual([...times].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
    }
  });

  it('puts discordapp.com in category Other: `has "discord"` is not a term of it', () => {
    const column = (name: string) => compiled.columns.findIndex((one) => one.name === name);
    const [url, category] = [column('RemoteUrl'), column('ExfilCategory')];
    const categories = new Set(
      answers.flatMap(({ kql }) =>
        kql.filter((row) => String(row[url]).includes('discordapp.com')).map((row) => row[category]),
      ),
    );
    expect([...categories]).toEqual(['Other']);
  });

  /** The hand-written answer's order of columns: RemotePort_long last. */
  function reordered(rows: DuckDBValue[][]): DuckDBValue[][] {
    const names = compiled.columns.map(({ name }) => name);
    const wanted = [
      ...'Timestamp DeviceName AccountName InitiatingProcessFileName InitiatingProcessCommandLine'.split(' '),
      ...'InitiatingProcessParentFileName RemoteUrl RemoteIP RemotePort_int BytesSent BytesReceived ExfilCategory'.split(
        ' ',
      ),
      ...'TotalBytesSent TotalBytesReceived ConnectionCount UniqueRemoteIPs RemotePort_long'.split(' '),
    ].map((name) => names.indexOf(name));
    return rows.map((row) => wanted.map((index) => row[index] ?? null));
  }
});

function rowsByText(rows: DuckDBValue[][]): string[] {
  return rows.map((row) => row.map(String).join('\u001f')).sort();
}
