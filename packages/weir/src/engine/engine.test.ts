import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { Engine } from './engine.ts';
import { sqlText } from './sql.ts';

describe('a confined engine', () => {
  let directory: string;
  let engine: Engine;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-engine-'));
    await writeFile(join(directory, 'outside.csv'), 'a\n1\n');
    engine = await Engine.open({ memoryMb: 100, threads: 2, spillDirectory: join(directory, 'spill') });
    await engine.run(`COPY (SELECT 7 AS seven) TO ${sqlText(join(directory, 'inside.parquet'))}`);
  });
  afterEach(async () => {
    engine.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('reads, writes and loads nothing from outside, for good', async () => {
    await engine.confine(join(directory, 'lake'));
    await expect(engine.rows(`FROM read_csv(${sqlText(join(directory, 'outside.csv'))})`)).rejects.toThrow(
      'Permission',
    );
    await expect(engine.run(`COPY (SELECT 1) TO ${sqlText(join(directory, 'written.csv'))}`)).rejects.toThrow(
      'Permission',
    );
    await expect(engine.run('INSTALL httpfs')).rejects.toThrow('Permission');
    await expect(engine.run(`ATTACH ${sqlText(join(directory, 'other.db'))}`)).rejects.toThrow('Permission');
    await expect(engine.run('SET enable_external_access = true')).rejects.toThrow('locked');
  });

  it('still reads its own folder and spills', async () => {
    await engine.confine(directory);
    expect(await engine.rows(`FROM read_parquet(${sqlText(join(directory, 'inside.parquet'))})`)).toEqual([
      { seven: 7 },
    ]);
    await engine.run(
      'CREATE TEMP TABLE wide AS SELECT hash(range)::VARCHAR AS a, md5(range::VARCHAR) AS b FROM range(2000000)',
    );
    expect(await engine.rows('SELECT count(*)::INTEGER AS n FROM (FROM wide ORDER BY b, a)')).toEqual([
      { n: 2_000_000 },
    ]);
  });
});

test('work that is asked for on one thread has one, and what comes after it those that there were', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weir-engine-'));
  const engine = await Engine.open({ memoryMb: 100, threads: 2, spillDirectory: join(directory, 'spill') });
  const threads = async () => (await engine.rows<{ n: bigint }>("SELECT current_setting('threads') AS n"))[0]?.n;
  expect(await engine.onOneThread(() => engine.onOneThread(threads))).toBe(1n);
  expect(await threads()).toBe(2n);
  await expect(engine.onOneThread(() => engine.run('FROM nothing'))).rejects.toThrow('nothing');
  expect(await threads()).toBe(2n);
  engine.close();
  await rm(directory, { recursive: true, force: true });
});

test('what is run again sees the rows that there are, whatever there was when it was planned', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weir-engine-'));
  const engine = await Engine.open({ memoryMb: 500, threads: 1, spillDirectory: directory, fewRows: true });
  try {
    await engine.run('CREATE TABLE of (x BIGINT); CREATE TABLE found (x BIGINT)');
    const find = () => engine.repeat('INSERT INTO found SELECT x FROM of WHERE x > 5 EXCEPT FROM found');
    const found: number[] = [await find()];
    for (const x of [3, 7, 1_000_000]) {
      await engine.repeat('DELETE FROM of');
      await engine.run(`INSERT INTO of VALUES (${x})`);
      found.push(await find(), await find());
    }
    expect(found).toEqual([0, 0, 0, 1, 0, 1, 0]);
    await engine.run('CREATE OR REPLACE TABLE of AS SELECT 8::INTEGER AS x');
    expect(await find()).toBe(1);
    // More statements than plans are kept of.
    for (let x = 100; x < 200; x++) await engine.repeat(`INSERT INTO of VALUES (${x})`);
    expect(await find()).toBe(100);
  } finally {
    engine.close();
    await rm(directory, { recursive: true, force: true });
  }
});
