/** SQL: rows (flow, starts, ends, …) with `island`, which parts those of one key by time: a row that begins more than
 *  `slack` after the end of all before it opens the next. */
export function islands(rows: string, key: readonly string[], slack: number): string {
  const story = `PARTITION BY ${key.join(', ')} ORDER BY starts, flow ROWS BETWEEN UNBOUNDED PRECEDING AND`;
  return `SELECT * EXCLUDE (opens), count(*) FILTER (opens) OVER (${story} CURRENT ROW) AS island
    FROM (SELECT *, starts > max(ends) OVER (${story} 1 PRECEDING) + ${slack} AS opens FROM (${rows}))`;
}
