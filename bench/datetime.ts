import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../packages/weir/src/engine/engine.ts';
import { line, measure } from './measure.ts';

/** The experiment behind "time is whole ticks": BIGINT ticks of 100 ns against TIMESTAMP, the same instants. */
export async function datetime(engine: Engine, directory: string, rows: number, runs: number): Promise<string[]> {
  const epoch = 621355968000000000n;
  const day = 864000000000n;
  const start = epoch + 20000n * day;
  await engine.run(`CREATE TEMP TABLE instants AS
    SELECT ${start}::BIGINT + (random() * ${30n * day})::BIGINT // 10 * 10 AS ticks FROM range(${rows})`);
  await engine.run(
    `CREATE TEMP TABLE stamps AS SELECT make_timestamp((ticks - ${epoch}) // 10) AS stamp FROM instants`,
  );
  const middle = start + 15n * day;
  const filter = await measure(
    {
      what: 'filter on ticks',
      floor: 'filter on TIMESTAMP',
      ours: () => engine.rows(`SELECT count(*) FROM instants WHERE ticks > ${middle}`),
      theirs: () =>
        engine.rows(`SELECT count(*) FROM stamps WHERE stamp > make_timestamp((${middle} - ${epoch}) // 10)`),
    },
    runs,
  );
  const bin = await measure(
    {
      what: 'count by hour on ticks',
      floor: 'count by hour on TIMESTAMP (time_bucket)',
      ours: () => engine.rows('SELECT ticks // 36000000000 AS h, count(*) FROM instants GROUP BY 1'),
      theirs: () =>
        engine.rows(
          "SELECT time_bucket(INTERVAL 1 HOUR, stamp, TIMESTAMP '0001-01-01') AS h, count(*) FROM stamps GROUP BY 1",
        ),
    },
    runs,
  );
  const size = async (select: string): Promise<number> => {
    const file = join(directory, 'instants.parquet');
    await engine.run(`COPY (${select}) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`);
    const bytes = statSync(file).size;
    await rm(file);
    return bytes;
  };
  const unsorted = (await size('FROM instants')) / (await size('FROM stamps'));
  const sorted = (await size('FROM instants ORDER BY ticks')) / (await size('FROM stamps ORDER BY stamp'));
  await engine.run('DROP TABLE instants');
  await engine.run('DROP TABLE stamps');
  return [
    line(filter),
    line(bin),
    `file size, ticks / TIMESTAMP: ${unsorted.toFixed(2)} unsorted, ${sorted.toFixed(2)} sorted`,
  ];
}
