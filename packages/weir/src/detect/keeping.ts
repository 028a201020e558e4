import { asText } from './details.ts';
import { facetColumns, whoAndWhere, withFacets } from './facets.ts';
import { findingTable } from './score.ts';
import type { Stories } from './stories.ts';

type Columns = Readonly<Record<string, string | number | bigint | boolean | null>>;

/** What is kept of a finding beside itself, for as long as an alert of it is. */
export interface ToKeep {
  /** What conditions see of it (`findingColumns`). */
  readonly columns: Columns;
  /** What they see otherwise of some of its rows (facets.ts): of each facet the columns that differ. */
  readonly facets: readonly Columns[];
  /** Its rows, by the names of DeviceNetworkEvents: those that say most, in order of time. */
  readonly rows: readonly Readonly<Record<string, string | number | bigint | boolean | null>>[];
}

/** Rows of one story, at least of each, and about how many of all. */
const rows = { most: 200, least: 5, together: 20_000 };

/** Facets of one story, those whose rows say most. With more of them an exception may hide less than
 *  it says beforehand. */
const facetLimits = { most: 50, least: 5, together: 20_000 };

/** What is to be kept of a rule's stories (`detect_stories`, `detect_members`), by story number. */
export async function keepingOf(stories: Stories): Promise<ReadonlyMap<number, ToKeep>> {
  const { engine } = stories;
  const members = await engine.rows<{ story: bigint; rows: string }>(`
    SELECT story, to_json(list(struct_pack(
        "EventId" := id, "Timestamp" := ${asText('start', 'datetime')}, "End" := ${asText('"end"', 'datetime')},
        "DeviceName" := device, "AccountName" := account,
        "InitiatingProcessFileName" := process, "InitiatingProcessFolderPath" := folder,
        "InitiatingProcessSHA256" := sha256, "InitiatingProcessParentFileName" := parent,
        "InitiatingProcessCommandLine" := command_line,
        "RemoteHost" := host, "RemoteIP" := ip, "RemotePort" := port,
        "BytesSent" := sent::VARCHAR, "BytesReceived" := received::VARCHAR, "BytesSource" := counter,
        "Service" := service, "ServiceCategory" := category, "SubTechnique" := sub_technique,
        "Fusion" := fusion, "FusionConfidence" := confidence
      ) ORDER BY start, "end", id))::VARCHAR AS rows
    FROM temp.detect_members
    WHERE NOT loose AND rank <= least(${rows.most}, greatest(${rows.least},
      ${rows.together} // (SELECT count(DISTINCT story) FROM temp.detect_members)))
    GROUP BY story`);
  const byStory = new Map(members.map(({ story, rows: json }) => [Number(story), readRows(json)]));
  return new Map(
    (await columnsOf(stories)).map(([story, columns, ...others]) => {
      const different = others.map((facet) =>
        Object.fromEntries(Object.entries(facet).filter(([name, value]) => value !== columns[name])),
      );
      return [story, { columns, facets: different, rows: byStory.get(story) ?? [] }];
    }),
  );
}

/** Each story's number and columns, and those of its facets. */
async function columnsOf(stories: Stories): Promise<(readonly [number, Columns, ...Columns[]])[]> {
  const asking = { conditions: facetColumns, among: whoAndWhere, limits: facetLimits };
  const rows = await withFacets(stories, asking, async (all) =>
    stories.engine.rows<{ Whole: bigint; Story: bigint } & Columns>(`
      SELECT told.whole AS "Whole", finding.*
      FROM (${await findingTable(all, 'whatever a condition may ask')}) AS finding
        JOIN temp.${all.table} AS told ON told.story = finding."Story"
      ORDER BY told.story`),
  );
  return [...Map.groupBy(rows, ({ Whole }) => Number(Whole))].map(([story, told]) => {
    const [whole = {}, ...others] = told.map(({ Whole: _, Story: __, ...columns }) => columns);
    return [story, whole, ...others] as const;
  });
}

const longs = new Set(['BytesSent', 'BytesReceived']);

/** Longs come as texts, as numbers of JSON would be rounded. */
function readRows(json: string): ToKeep['rows'] {
  return JSON.parse(json, (key, value) => (longs.has(key) && typeof value === 'string' ? BigInt(value) : value));
}
