/** A query without its comments and the lines that held nothing else. */
export function withoutComments(query: string): string {
  const token =
    /```[\s\S]*?```|~~~[\s\S]*?~~~|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[ \t]*\/\/[^\n]*/g;
  return query
    .replace(token, (found) => (found.trimStart().startsWith('//') ? '\u0000' : found))
    .split('\n')
    .filter((line) => line.replaceAll('\u0000', '').trim() !== '' || !line.includes('\u0000'))
    .join('\n')
    .replaceAll('\u0000', '');
}
