import { arrivalColumn, evidenceTime, recordsArrival } from '../detect/window.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { Backtest } from '../model/backtest.ts';
import { publicTables } from '../tables/index.ts';

/** When a row of a table was there, as SQL: by the arrival that it records, else so long after its evidence time. What is
 *  read from files is given its evidence time for an arrival, which nobody recorded. */
export function arrivedAfter(delay: bigint): (table: string) => string {
  return (table) => {
    const [time, assumed] = [evidenceTime(table), `${evidenceTime(table)} + ${delay}`];
    return recordsArrival(table)
      ? `CASE WHEN ${isRecorded(time)} THEN ${sqlName(arrivalColumn)} ELSE ${assumed} END`
      : assumed;
  };
}

function isRecorded(time: string): string {
  return `coalesce(${sqlName(arrivalColumn)} > ${time}, false)`;
}

/** How many connections record their arrival. */
export async function arrivalsOf(engine: Engine): Promise<Backtest['arrivals']> {
  const counts = publicTables
    .filter(({ name }) => recordsArrival(name))
    .map(
      ({ name }) =>
        `SELECT count_if(${isRecorded(evidenceTime(name))}) AS recorded, count(*) AS rows FROM ${sqlName(name)}`,
    );
  const [sums] = await engine.rows<{ recorded: bigint | null; rows: bigint | null }>(
    `SELECT sum(recorded)::BIGINT AS recorded, sum(rows)::BIGINT AS rows FROM (${counts.join(' UNION ALL ')})`,
  );
  return { recorded: Number(sums?.recorded ?? 0n), rows: Number(sums?.rows ?? 0n) };
}
