import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import { evidenceTime } from './window.ts';

/** As many evidence rows as are first looked for by time and id alone. */
const few = 50;

/** As many stretches of time as are looked through one by one. */
const stretchesMost = 8;

/** A condition that every evidence row (`detect_evidence`) of the only table that it comes from meets, as SQL over the table:
 *  when it was complete. Segments tell by their statistics where such rows cannot be; ids stand in no order there. A run
 *  that names a row sees it, so that it was complete within the look-back (`period`, ticks) before `fired_at`. */
export async function whereabouts(engine: Engine, table: string, period: bigint | null): Promise<string> {
  const time = evidenceTime(table);
  const ticks = await engine.rows<{ tick: bigint; rows: bigint }>(
    `SELECT fired_at AS tick, count(*) AS rows FROM temp.detect_evidence GROUP BY tick ORDER BY tick`,
  );
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (first === undefined || last === undefined) return 'false';
  const within = (from: bigint, until: bigint) =>
    period === null ? `${time} <= ${until}` : `${time} > ${from - period} AND ${time} <= ${until}`;
  const whole = within(first.tick, last.tick);
  if (ticks.reduce((sum, { rows }) => sum + Number(rows), 0) > few) return whole;
  const stretches = apart(
    ticks.map(({ tick }) => tick),
    period,
  );
  const looked = stretches.length > stretchesMost ? [whole] : stretches.map(([from, until]) => within(from, until));
  const found = looked.map(
    (where) => `SELECT ${time} AS time, "EventId" AS id FROM main.${sqlName(table)} WHERE ${where}`,
  );
  const times = await engine.rows<{ time: bigint }>(
    `SELECT DISTINCT time FROM (${found.join(' UNION ALL ')}) SEMI JOIN temp.detect_evidence USING (id)`,
  );
  return times.length === 0 || times.length > few ? whole : `${time} IN (${times.map((row) => row.time).join(', ')})`;
}

/** The first and the last of ticks (in order) whose look-backs meet. */
function apart(ticks: readonly bigint[], period: bigint | null): (readonly [bigint, bigint])[] {
  const stretches: [bigint, bigint][] = [];
  for (const tick of ticks) {
    const before = stretches.at(-1);
    if (before !== undefined && (period === null || tick - period <= before[1])) before[1] = tick;
    else stretches.push([tick, tick]);
  }
  return stretches;
}
