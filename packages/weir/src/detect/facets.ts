import { isOutOfMemory } from '../engine/engine.ts';
import { columnsNamed } from '../rules/finding.ts';
import { companyColumnsOf, companyTable } from './companyColumns.ts';
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

/** Facets of one story, at least of each, and about how many of all. */
interface Limits {
  readonly most: number;
  readonly least: number;
  readonly together: number;
}

/** What is asked of stories and their facets. */
interface Asking {
  /** KQL that names columns of `Finding`. */
  readonly conditions: readonly string[];
  readonly among: readonly Told[];
  readonly limits?: Limits;
}

/** A story of more facets is told by those whose rows say most, and is not excused. Whoever sends decides how many there are: an
 *  upload of a file each may have a command line each. */
const enough: Limits = { most: 20_000, least: 200, together: 200_000 };

/** The columns that conditions ask for, of some. */
export function columnsAsked(conditions: readonly string[], among: readonly Told[]): readonly Told[] {
  const asked = askedOf(conditions);
  return among.filter((column) => asked.has(column));
}

/** Asks something of stories and of what some of their rows say otherwise, both at once: `detect_facets` has the stories of a
 *  table like `detect_stories`, and for each of whose rows some say another thing than others, in what the conditions ask of
 *  these columns, one row more for each thing that they say. `whole` is the story's number there; a facet's own (`story`) is
 *  greater than every story's, in the order in which its rows say most, and `rank` is that of the first of them. How much there
 *  was, when and to how many is the whole story's. What a row does not know is the story's where most of what the story sent is known to be so: of the
 *  rest nobody knows it. The spelling is the story's too. Lists of what
 *  all rows have are left out, as a facet each would have them. Where no story has any facet, or there is no memory to tell
 *  them, the stories alone are asked.
 *
 *  A story is told by the row that says most. What excuses it must hold of the others too; where not all that they say can be
 *  told (`Stories.cut`), nothing excuses it. */
export async function withFacets<Answer>(
  stories: Stories,
  { conditions, among, limits = enough }: Asking,
  ask: (all: Stories) => Promise<Answer>,
): Promise<Answer> {
  const { engine, members } = stories;
  const columns = columnsAsked(conditions, among);
  if (columns.length === 0) return ask(stories);
  const several = `SELECT story FROM temp.${members} GROUP BY story
    HAVING ${columns.flatMap((column) => [`min(${known(column)}) <> max(${known(column)})`, `${mostlyUnknown(column)}`]).join(' OR ')}`;
  // Most stories have none, and to make a table of none costs more than to ask.
  const [any] = await engine.table(`${several} LIMIT 1`);
  if (any === undefined) return ask(stories);
  try {
    await tellFacets(stories, columns, { several, limits });
    return await ask({ ...storiesIn(engine, 'detect_facets', members), cut: 'told.cut' });
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
  } finally {
    await engine.dropTemporary(['detect_facets', companyTable('detect_facets')]);
  }
  return ask({ ...stories, cut: `told.story IN (${several})` });
}

async function tellFacets(
  { engine, table, members }: Stories,
  columns: readonly Told[],
  { several, limits: { most, least, together } }: { readonly several: string; readonly limits: Limits },
): Promise<void> {
  const own = columns.map((column) => `${known(column)} AS ${column}`).join(', ');
  const filled = columns.map((column) => {
    const unsaid = `CASE WHEN unknown.${column} THEN ${flags.has(column) ? 'false' : "''"} ELSE stories.${column} END`;
    const said = `coalesce(told.${column}, ${unsaid})`;
    const spelt = `CASE WHEN lower(${said}) = lower(stories.${column}) THEN stories.${column} ELSE ${said} END`;
    return `${flags.has(column) || column === 'command_line' ? said : spelt} AS ${column}`;
  });
  const lists = ['ids', 'hosts', 'services', 'counters', 'sample'].join(', ');
  const replaced = columns.map((column) => `facets.${column} AS ${column}`);
  // A facet has one; where nobody asks for it, it need not be all of the story's.
  replaced.push(`${columns.includes('command_line') ? 'facets.command_line' : "''"} AS command_lines`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_facets AS
    WITH told AS (
      SELECT story, min(rank) AS rank, ${own} FROM temp.${members} SEMI JOIN (${several}) USING (story) GROUP BY ALL
    ), unknown AS (
      SELECT story, ${columns.map((column) => `${mostlyUnknown(column)} AS ${column}`).join(', ')}
      FROM temp.${members} SEMI JOIN (${several}) USING (story) GROUP BY story
    ), filled AS (
      SELECT story, told.rank AS rank, ${filled.join(', ')}
      FROM told JOIN unknown USING (story) JOIN temp.${table} AS stories USING (story)
    ), different AS MATERIALIZED (
      SELECT story, min(rank) AS rank, ${columns.join(', ')} FROM filled GROUP BY story, ${columns.join(', ')}
    ), counted AS MATERIALIZED (
      SELECT story, count(*) AS facets FROM different GROUP BY story HAVING facets > 1
    ), bound AS (
      SELECT CASE WHEN sum(least(facets, ${most})) <= ${together} THEN ${most}
        ELSE least(${most}, greatest(${least}, ${together} // count(*))) END AS most FROM counted
    ), facets AS (
      SELECT different.*, counted.facets > (SELECT most FROM bound) AS cut FROM different JOIN counted USING (story)
      QUALIFY row_number() OVER (PARTITION BY story ORDER BY rank) <= (SELECT most FROM bound)
    )
    SELECT * EXCLUDE (${lists}), 1 AS rank, false AS cut FROM temp.${table}
    UNION ALL BY NAME
    SELECT stories.* EXCLUDE (${lists}) REPLACE (
        (SELECT max(story) FROM temp.${table}) + row_number() OVER (ORDER BY facets.story, facets.rank) AS story,
        ${replaced.join(', ')}
      ), facets.rank AS rank, facets.cut AS cut
    FROM facets JOIN temp.${table} AS stories USING (story)`);
}

const flags: ReadonlySet<Told> = new Set(['renamed', 'expected']);

/** What the file that runs says, and the catalogue of it: where the file is known, nothing is what is known. */
const ofFile: ReadonlySet<Told> = new Set(['original_name', 'company', 'program', 'program_kind', 'program_place']);

/** What a row says; null where it says nothing. That a host is no service's is known, and that a file is no program's. */
function known(column: Told): string {
  if (flags.has(column)) return column;
  if (ofFile.has(column)) return `CASE WHEN process <> '' OR ${column} <> '' THEN ${column} END`;
  if (column === 'host' || !where.has(column)) return `nullif(${column}, '')`;
  return `CASE WHEN host <> '' THEN ${column} END`;
}

/** SQL over the rows of a story: whether those that say nothing of who sent have sent more than those that do, if some do. */
function mostlyUnknown(column: Told): string {
  const sent = (is: string): string => `coalesce(sum(sent) FILTER (${known(column)} IS ${is}), 0)`;
  return where.has(column) ? 'false' : `(count(${known(column)}) > 0 AND ${sent('NULL')} > ${sent('NOT NULL')})`;
}

/** What conditions ask of rows. */
function askedOf(conditions: readonly string[]): ReadonlySet<string> {
  const names = columnsNamed(conditions);
  return new Set([
    ...Object.entries(told).flatMap(([name, column]) => (names.has(name) ? [column] : [])),
    ...companyColumnsOf(names),
  ]);
}
