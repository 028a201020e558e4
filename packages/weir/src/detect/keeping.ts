import { asText } from './details.ts';
import { findingTable } from './score.ts';
import type { Stories } from './stories.ts';

/** What is kept of a finding beside itself, for as long as an alert of it is. */
export interface ToKeep {
  /** What conditions see of it (`findingColumns`). */
  readonly columns: Readonly<Record<string, string | number | bigint | boolean | null>>;
  /** Its rows, by the names of DeviceNetworkEvents: those that say most, in order of time. */
  readonly rows: readonly Readonly<Record<string, string | number | bigint | boolean | null>>[];
}

/** Rows of one story, at least of each, and about how many of all. */
const rows = { most: 200, least: 5, together: 20_000 };

/** What is to be kept of a rule's stories (`detect_stories`, `detect_members`), by story number. */
export async function keepingOf(stories: Stories): Promise<ReadonlyMap<number, ToKeep>> {
  const { engine } = stories;
  const told = await engine.rows<{ Story: bigint } & ToKeep['columns']>(
    await findingTable(stories, 'whatever a condition may ask'),
  );
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
  const byStory = new Map(members.map(({ story, rows: json }) => [story, readRows(json)]));
  return new Map(told.map(({ Story, ...columns }) => [Number(Story), { columns, rows: byStory.get(Story) ?? [] }]));
}

const longs = new Set(['BytesSent', 'BytesReceived']);

/** Longs come as texts, as numbers of JSON would be rounded. */
function readRows(json: string): ToKeep['rows'] {
  return JSON.parse(json, (key, value) => (longs.has(key) && typeof value === 'string' ? BigInt(value) : value));
}
