/** How deeply brackets nest in SQL, those inside of quotes apart. */
export function bracketDepth(sql: string): number {
  let [depth, deepest] = [0, 0];
  for (const [token] of sql.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
