/** One case of a golden file: a query, and its rows or its error as they were looked at and found right.
 *
 * ```
 * == the name of the case
 * What it shows.
 * -- query
 * print x = 1
 * -- rows
 * x: long
 * 1
 * ```
 *
 * Instead of `-- rows` a case may have `-- error`; `-- plan` and `-- sql` (DuckDB's) stand beside the rows where they are
 * the point. `-- clickhouse` is ClickHouse's SQL or, where that dialect refuses what DuckDB's does not, its error.
 * What stands in front of the first case describes the file. */
export interface GoldenCase {
  readonly name: string;
  readonly description: string;
  readonly sections: ReadonlyMap<Section, string>;
}

export type Section = 'query' | 'rows' | 'error' | 'plan' | 'sql' | 'clickhouse';

const sectionNames: readonly Section[] = ['query', 'rows', 'error', 'plan', 'sql', 'clickhouse'];

export interface GoldenFile {
  readonly preface: string;
  readonly cases: readonly GoldenCase[];
}

/** @throws Error for a section of another name and a case without a query. */
export function readGolden(text: string): GoldenFile {
  const [preface = '', ...blocks] = text.split(/^== /m);
  return { preface, cases: blocks.map(readCase) };
}

function readCase(block: string): GoldenCase {
  const [head = '', ...parts] = block.split(/^-- /m);
  const [name = '', ...description] = head.split('\n');
  const sections = new Map(
    parts.map((part): [Section, string] => {
      const [title = '', ...body] = part.split('\n');
      const section = sectionNames.find((item) => item === title.trim());
      if (section === undefined) throw new Error(`${name}: there is no section "${title}"`);
      return [section, body.join('\n').trimEnd()];
    }),
  );
  if (!sections.has('query')) throw new Error(`${name}: no query`);
  return { name: name.trim(), description: description.join('\n').trim(), sections };
}

export function writeGolden({ preface, cases }: GoldenFile): string {
  const blocks = cases.map(({ name, description, sections }) => {
    const parts = sectionNames.flatMap((section) => {
      const body = sections.get(section);
      return body === undefined ? [] : [`-- ${section}`, body];
    });
    return [`== ${name}`, ...(description === '' ? [] : [description]), ...parts].join('\n');
  });
  return `${preface}${blocks.join('\n\n')}\n`;
}
