const token =
  /```[\s\S]*?```|~~~[\s\S]*?~~~|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[ \t]*\/\/[^\n]*/g;

const isComment = (found: string): boolean => found.trimStart().startsWith('//');

/** A query without its comments and the lines that held nothing else. */
export function withoutComments(query: string): string {
  return query
    .replace(token, (found) => (isComment(found) ? '\u0000' : found))
    .split('\n')
    .filter((line) => line.replaceAll('\u0000', '').trim() !== '' || !line.includes('\u0000'))
    .join('\n')
    .replaceAll('\u0000', '');
}

/** A query as long as it was, with spaces for comments and for what its texts say between their quotes. */
export function withoutTexts(query: string): string {
  return query.replace(token, (found) =>
    isComment(found) ? ' '.repeat(found.length) : `"${' '.repeat(found.length - 2)}"`,
  );
}
