import { companyColumnsOf } from './companyColumns.ts';
import { type Stories, storiesIn } from './stories.ts';

/** What a row says of itself, and a story by the row that says most: columns of `Finding`, and those of `detect_members`. */
const told = {
  DeviceName: 'device',
  AccountName: 'account',
  Process: 'process',
  OriginalName: 'original_name',
  FolderPath: 'folder',
  Company: 'company',
  Program: 'program',
  ProgramKind: 'program_kind',
  ProgramPlace: 'program_place',
  ProgramRenamed: 'renamed',
  ExpectedClient: 'expected',
  CommandLines: 'command_line',
  ParentProcess: 'parent',
  Service: 'service',
  ServiceCategory: 'category',
  SubTechnique: 'sub_technique',
  RemoteHost: 'host',
} as const;

type Told = (typeof told)[keyof typeof told] | 'registrable';

/** Where a row went, beside what it went from. */
const where: ReadonlySet<Told> = new Set(['service', 'category', 'sub_technique', 'host', 'registrable']);

/** Who sent: a finding is scored by the greatest of these. That it went to several hosts makes none of them worse. */
export const who: readonly Told[] = Object.values(told).filter((column) => !where.has(column));
export const whoAndWhere: readonly Told[] = [...who, ...where];

/** Columns of `Finding` by which any two facets of a story differ. */
export const facetColumns: readonly string[] = [...Object.keys(told), 'OwnDays'];

/** Stories with what some of their rows say otherwise, so that both are asked at once: `detect_facets` has the stories of a table
 *  like `detect_stories`, and for each of whose rows some say another thing than others, in what the conditions ask of
 *  these columns, one row more for each thing that they say. `whole` is the story's number there; a facet's own (`story`) is
 *  greater than every story's, in the order in which its rows say most. How much there was, when and to how many is the
 *  whole story's. What a row does not know is the story's, and so is the spelling. Lists of what all rows have are left out, as a
 *  facet each would have them. Where no story has any facet, the stories alone.
 *
 *  A story is told by the row that says most. What excuses it must hold of the others too. */
export async function withFacets(
  stories: Stories,
  conditions: readonly string[],
  among: readonly Told[],
): Promise<Stories> {
  const { engine, table, members } = stories;
  const asked = askedOf(conditions);
  const columns = among.filter((column) => asked.has(column));
  if (columns.length === 0) return stories;
  const own = columns.map((column) => `${known(column)} AS ${column}`).join(', ');
  // Most stories have none, and to make a table of none costs more than to ask.
  const [several] = await engine.table(`SELECT story FROM (SELECT DISTINCT story, ${own} FROM temp.${members})
    GROUP BY story HAVING count(*) > 1 LIMIT 1`);
  if (several === undefined) return stories;
  const filled = columns.map((column) => {
    const said = `coalesce(told.${column}, stories.${column})`;
    const spelt = `CASE WHEN lower(${said}) = lower(stories.${column}) THEN stories.${column} ELSE ${said} END`;
    return `${flags.has(column) || column === 'command_line' ? said : spelt} AS ${column}`;
  });
  const lists = ['ids', 'hosts', 'services', 'counters', 'sample'].join(', ');
  const replaced = columns.map((column) => `facets.${column} AS ${column}`);
  // A facet has one; where nobody asks for it, it need not be all of the story's.
  replaced.push(`${columns.includes('command_line') ? 'facets.command_line' : "''"} AS command_lines`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_facets AS
    WITH told AS (
      SELECT story, min(rank) AS rank, ${own} FROM temp.${members} GROUP BY ALL
    ), filled AS (
      SELECT story, told.rank AS rank, ${filled.join(', ')} FROM told JOIN temp.${table} AS stories USING (story)
    ), facets AS (
      SELECT story, min(rank) AS rank, ${columns.join(', ')} FROM filled GROUP BY story, ${columns.join(', ')}
      QUALIFY count(*) OVER (PARTITION BY story) > 1
    )
    SELECT * EXCLUDE (${lists}) FROM temp.${table}
    UNION ALL BY NAME
    SELECT stories.* EXCLUDE (${lists}) REPLACE (
        (SELECT max(story) FROM temp.${table}) + row_number() OVER (ORDER BY facets.story, facets.rank) AS story,
        ${replaced.join(', ')}
      )
    FROM facets JOIN temp.${table} AS stories USING (story)`);
  return storiesIn(engine, 'detect_facets', members);
}

const flags: ReadonlySet<Told> = new Set(['renamed', 'expected']);

/** What a row says; null where it says nothing. That a host is no service's is known. */
function known(column: Told): string {
  if (flags.has(column)) return column;
  if (column === 'host' || !where.has(column)) return `nullif(${column}, '')`;
  return `CASE WHEN host <> '' THEN ${column} END`;
}

/** What conditions ask of rows, by the names of columns in their text. */
function askedOf(conditions: readonly string[]): ReadonlySet<string> {
  const words = new Set(conditions.flatMap((condition) => condition.match(/\w+/g) ?? []));
  return new Set([
    ...Object.entries(told).flatMap(([name, column]) => (words.has(name) ? [column] : [])),
    ...companyColumnsOf(words),
  ]);
}
