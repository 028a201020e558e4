/** The let statements with which a KQL text begins: everything up to the last semicolon that stands outside of strings
 *  and comments and that something follows; `''` where there is none. */
export function letsOf(query: string): string {
  const ends = [...query.matchAll(/\/\/.*|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|;/g)]
    .filter(([token]) => token === ';')
    .map(({ index }) => index + 1)
    .filter((end) => /\S/.test(query.slice(end).replace(/\/\/.*/g, '')));
  return query.slice(0, ends.at(-1) ?? 0);
}
