/** SQL: rows (flow, starts, ends, …) with `island`, which parts those of one key by time: a row that begins more than
 *  `slack` after the end of all before it opens the next, and so does one of which `opens` says so, SQL over the row and
 *  that end. */
export function islands(
  rows: string,
  key: readonly string[],
  slack: number,
  opens: (before: string) => string = () => 'false',
): string {
  const story = `PARTITION BY ${key.join(', ')} ORDER BY starts, flow ROWS BETWEEN UNBOUNDED PRECEDING AND`;
  const before = `max(ends) OVER (${story} 1 PRECEDING)`;
  return `SELECT * EXCLUDE (opens), count(*) FILTER (opens) OVER (${story} CURRENT ROW) AS island
    FROM (SELECT *, starts > ${before} + ${slack} OR ${opens(before)} AS opens FROM (${rows}))`;
}
