/** The text that XML's character references stand for; of numbered ones those of white space. */
export function unescaped(text: string): string {
  const plain = references.reduce(
    (sql, [reference, character]) => `replace(${sql}, '${reference}', ${character})`,
    text,
  );
  return `CASE WHEN contains(${text}, '&') THEN ${plain} ELSE ${text} END`;
}

/** The ampersand last, so that `&amp;lt;` stays `&lt;`. */
const references: readonly (readonly [reference: string, character: string])[] = [
  ['&lt;', `'<'`],
  ['&gt;', `'>'`],
  ['&quot;', `'"'`],
  ['&apos;', `''''`],
  ...['&#13;', '&#xD;', '&#x0D;'].map((reference) => [reference, 'chr(13)'] as const),
  ...['&#10;', '&#xA;', '&#x0A;'].map((reference) => [reference, 'chr(10)'] as const),
  ...['&#9;', '&#x9;', '&#x09;'].map((reference) => [reference, 'chr(9)'] as const),
  ['&amp;', `'&'`],
];
