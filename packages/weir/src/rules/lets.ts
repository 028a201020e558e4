const tokens =
  /\/\/.*|```[\s\S]*?```|~~~[\s\S]*?~~~|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[;{}]/g;

/** The let statements with which a KQL text begins: everything up to the last semicolon that stands outside of strings,
 *  comments and braces and that something follows; `''` where there is none. */
export function letsOf(query: string): string {
  return query.slice(0, letEnds(query).at(-1) ?? 0);
}

/** Those of them that a text may name, by itself or by way of others: a long query's are mostly not. What is no let
 *  statement of a plain name stays. */
export function letsFor(query: string, text: string): string {
  const ends = letEnds(query);
  const statements = ends.map((end, index) => query.slice(ends[index - 1] ?? 0, end));
  let named = text;
  const kept = statements.toReversed().filter((statement) => {
    const name = /^(?:\s|\/\/.*)*let\s+(\w+)\s*=/.exec(statement)?.[1];
    const needed = name === undefined || new RegExp(`\\b${name}\\b`).test(named);
    if (needed) named += `\n${statement}`;
    return needed;
  });
  return kept.toReversed().join('');
}

function letEnds(query: string): number[] {
  let depth = 0;
  const ends: number[] = [];
  for (const { 0: token, index } of query.matchAll(tokens)) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    const follows = () => /\S/.test(query.slice(index + 1).replace(/\/\/.*/g, ''));
    if (token === ';' && depth === 0 && follows()) ends.push(index + 1);
  }
  return ends;
}
