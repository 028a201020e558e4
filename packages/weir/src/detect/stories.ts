import type { Engine } from '../engine/engine.ts';
import type { EvidenceRow } from '../model/finding.ts';
import { longSum } from '../tables/index.ts';
import { lookUpCompany } from './company.ts';

/** A story before it is scored and titled: what its evidence says. Times are ticks. */
export interface Story {
  readonly story: number;
  /** Values of the rule's key columns. */
  readonly key: readonly string[];
  /** In order of time. Empty where the compiler could not follow the query back to rows. */
  readonly eventIds: readonly string[];
  /** Evidence rows, those of `eventIds` or, without them, result rows. */
  readonly evidence: number;
  /** The earliest evidence row's id, or its fingerprint where it has none. */
  readonly firstId: string;
  readonly firstSeen: bigint;
  readonly lastSeen: bigint;
  readonly connections: number;
  readonly bytesSent: bigint | null;
  readonly bytesReceived: bigint | null;
  readonly bytesKnown: number;
  /** Of the row that says most. */
  readonly device: string;
  readonly account: string;
  readonly domain: string;
  readonly process: string;
  readonly folder: string;
  readonly sha256: string;
  readonly parent: string;
  readonly commandLine: string;
  /** The host that most bytes went to, else most connections. */
  readonly destination: string;
  readonly service: string;
  readonly category: string;
  readonly subTechnique: string;
  /** Connections that joined the story although their own key was not whole, such as those without a process. */
  readonly adopted: number;
  /** Connections whose program fusion inferred. */
  readonly inferred: number;
  /** Counted what was sent, each once: the first of two words where another counted what was received. */
  readonly counters: readonly string[];
  /** All of the evidence, `service` first. */
  readonly services: readonly string[];
  /** How many different programs, accounts and hosts the evidence names. */
  readonly processes: number;
  readonly accounts: number;
  readonly destinations: number;
  /** The least of the rows'; null where none says. */
  readonly fusionConfidence: number | null;
  readonly sample: readonly EvidenceRow[];
}

/** The columns of which the row that says most says nothing, where another does. */
const said = [
  'device',
  'account',
  'process',
  'original_name',
  'folder',
  'company',
  'program',
  'program_kind',
  'program_place',
  'parent',
  'command_line',
] as const;

/** The different values of a text, in order. One pass for each aggregate: DISTINCT and ORDER BY each take a table or a sort of
 *  their own, which is most of what few rows cost. */
const different = (text: string, where: string) => `coalesce(map_keys(histogram(${text}) FILTER (${where})), [])`;

/** Sums of bytes are the connections' whose bytes are known; `known` counts those whose sent bytes are. Lists of rows are
 *  empty where they are not wanted. */
const storiesSql = (members: string, lists: boolean) => `
  WITH hosts AS (
    SELECT story, host, sum(sent) AS sent, count_if(connection) AS connections, min(start) AS start,
      arg_min(struct_pack(service, category, sub_technique, registrable), rank) AS of
    FROM temp.${members} GROUP BY story, host
  ), destinations AS (
    SELECT story, count_if(host <> '') AS destinations,
      first(struct_pack(host, service := of.service, category := of.category, sub_technique := of.sub_technique,
          registrable := of.registrable)
        ORDER BY host = '', sent DESC NULLS LAST, connections DESC, start, host) AS main
    FROM hosts GROUP BY story
  ), sums AS (
    SELECT story,
      any_value(key) AS key,
      ${lists ? `coalesce(list(id ORDER BY start, "end", id) FILTER (NOT loose), [])` : '[]::VARCHAR[]'} AS ids,
      count(*) AS evidence,
      arg_min(id, struct_pack(start, "end", id)) AS first_id,
      min(start) AS first_seen,
      max("end") AS last_seen,
      count_if(connection) AS connections,
      ${longSum('sum(sent)')} AS sent,
      ${longSum('sum(received)')} AS received,
      count(sent) FILTER (connection) AS known,
      bool_or(renamed) AS renamed, bool_and(expected) AS expected,
      ${said.map((name) => `coalesce(arg_min(${name}, rank) FILTER (${name} <> ''), '') AS ${name}`).join(', ')},
      ${different('lower(host)', "host <> ''")} AS hosts,
      coalesce(arg_min(sha256, rank) FILTER (process <> ''), arg_min(sha256, rank)) AS sha256,
      coalesce(arg_min(domain, rank) FILTER (account <> ''), arg_min(domain, rank)) AS domain,
      array_to_string(${different('command_line', "command_line <> ''")}, chr(10)) AS command_lines,
      count_if(connection AND adopted) AS adopted,
      count_if(connection AND inferred) AS inferred,
      len(${different('lower(process)', "process <> ''")}) AS processes,
      len(${different('account', "account <> ''")}) AS accounts,
      ${different('service', "service <> ''")} AS services,
      ${different("split_part(counter, '+', 1)", "connection AND sent IS NOT NULL AND counter <> ''")} AS counters,
      len(${different('ip', "connection AND ip <> ''")}) AS addresses,
      min(confidence) AS confidence,
      list(struct_pack(
        "timestamp" := start::VARCHAR, eventId := CASE WHEN loose THEN '' ELSE id END, remoteHost := host,
        remoteIp := ip, remotePort := port, bytesSent := sent::VARCHAR, bytesReceived := received::VARCHAR,
        bytesSource := counter, commandLine := command_line, fusion, fusionConfidence := confidence
      ) ORDER BY start, "end", id) FILTER (rank <= ${lists ? 5 : 0}) AS sample
    FROM temp.${members} GROUP BY story
  )
  SELECT story AS whole, * EXCLUDE (main), unnest(main) FROM sums JOIN destinations USING (story)`;

/** Stories in a table like `detect_stories`, until others are summed up. */
export interface Stories {
  readonly engine: Engine;
  readonly table: string;
  /** The table of their rows. */
  readonly members: string;
  /** SQL over the table (`told`): whether rows of its story say what is not told here (facets.ts). */
  readonly cut: string;
  /** Looks up what the company's days say of them, once, however many conditions ask for it. */
  readonly company: () => Promise<void>;
}

/** `detect_stories`: one row for each story of a table like `detect_members`, which facets are told from; `whole` is the story. */
export async function sumUp(engine: Engine, members: string, { lists }: { readonly lists: boolean }): Promise<Stories> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE detect_stories AS ${storiesSql(members, lists)}`);
  return storiesIn(engine, 'detect_stories', members);
}

export function storiesIn(engine: Engine, table: string, members: string): Stories {
  let company: Promise<void> | undefined;
  return { engine, table, members, cut: 'false', company: () => (company ??= lookUpCompany(engine, table)) };
}

interface StoryRow {
  story: bigint;
  key: string;
  ids: string;
  evidence: bigint;
  first_id: string;
  first_seen: bigint;
  last_seen: bigint;
  connections: bigint;
  sent: bigint | null;
  received: bigint | null;
  known: bigint;
  device: string;
  account: string;
  domain: string;
  process: string;
  folder: string;
  sha256: string;
  parent: string;
  command_line: string;
  host: string;
  service: string;
  category: string;
  sub_technique: string;
  confidence: number | null;
  adopted: bigint;
  inferred: bigint;
  processes: bigint;
  accounts: bigint;
  services: string;
  counters: string;
  destinations: bigint;
  sample: string;
}

/** The stories in order of time. */
export async function readStories({ engine }: Stories): Promise<Story[]> {
  const rows = await engine.rows<StoryRow>(`
    SELECT * REPLACE (to_json(key) AS key, to_json(ids) AS ids, to_json(sample) AS sample, to_json(services) AS services,
      to_json(counters) AS counters)
    FROM temp.detect_stories ORDER BY first_seen, key, first_id`);
  return rows.map((row) => ({
    story: Number(row.story),
    key: JSON.parse(row.key) as string[],
    eventIds: JSON.parse(row.ids) as string[],
    evidence: Number(row.evidence),
    firstId: row.first_id,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    connections: Number(row.connections),
    bytesSent: row.sent,
    bytesReceived: row.received,
    bytesKnown: Number(row.known),
    device: row.device,
    account: row.account,
    domain: row.domain,
    process: row.process,
    folder: row.folder,
    sha256: row.sha256,
    parent: row.parent,
    commandLine: row.command_line,
    destination: row.host,
    service: row.service,
    category: row.category,
    subTechnique: row.sub_technique,
    fusionConfidence: row.confidence,
    adopted: Number(row.adopted),
    inferred: Number(row.inferred),
    processes: Number(row.processes),
    accounts: Number(row.accounts),
    services: [...new Set([row.service, ...(JSON.parse(row.services) as string[])])].filter((name) => name !== ''),
    counters: JSON.parse(row.counters) as string[],
    destinations: Number(row.destinations),
    sample: (JSON.parse(row.sample) as SampleRow[]).map(sampleRow),
  }));
}

type SampleRow = Omit<EvidenceRow, 'timestamp' | 'bytesSent' | 'bytesReceived'> &
  Record<'timestamp', string> &
  Record<'bytesSent' | 'bytesReceived', string | null>;

function sampleRow(row: SampleRow): EvidenceRow {
  return {
    ...row,
    timestamp: BigInt(row.timestamp),
    bytesSent: row.bytesSent === null ? null : BigInt(row.bytesSent),
    bytesReceived: row.bytesReceived === null ? null : BigInt(row.bytesReceived),
  };
}
