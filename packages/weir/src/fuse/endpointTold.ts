import type { Engine } from '../engine/engine.ts';
import { endpointTeller, packedEnd } from './keys.ts';
import { createSliced, type KeySlice, keySlices } from './slices.ts';
import { streaming } from './streaming.ts';

/** What tells a place and a connection's ends, in `fuse_event_recorded` and in `fuse_told`. */
export const placeRecorded = ['device', 'site', 'protocol', 'localAddress', 'remoteAddress', 'remotePort'];
export const recorded = [...placeRecorded, 'localPort'];
export const place = ['device', 'site', 'protocol', 'addresses', 'remotePort'];
export const ends = ['device', 'site', 'protocol', 'addresses', 'ports'];
/** SQL over `fuse_event_recorded`: events of one connection each, whose ends are known but for the local port. */
export const single = `kind IN ('connection', 'found') AND device IS NOT NULL AND protocol <> '' AND stamped IS NOT NULL
  AND localAddress IS NOT NULL AND remoteAddress IS NOT NULL AND remotePort IS NOT NULL`;

/** `fuse_told(event, device, site, protocol, addresses, remotePort, ports, found, told, t, teller, pid, file, facts)`: the
 *  events of `which`, the ends as few numbers, with what their rows say of the process. */
export async function gatherTold(engine: Engine, rows: string, which: string): Promise<void> {
  const facts = known.map((name) => `(coalesce(r."${name}"::VARCHAR, '') <> '')::INTEGER`).join(' + ');
  const gather = `CREATE OR REPLACE TABLE fusion.fuse_told AS
    SELECT e.event, e.device, e.site, e.protocol, ${packedEnd('e.localAddress', 'e.remoteAddress')} AS addresses, e.remotePort,
      ${packedEnd('e.localPort', 'e.remotePort')} AS ports, e.kind = 'found' AS found, e.told, e.stamped AS t,
      ${endpointTeller('r."EventId"')} AS teller, r."InitiatingProcessId" AS pid,
      CASE WHEN r."InitiatingProcessFileName" <> '' THEN hash(lower(r."InitiatingProcessFileName")) END AS file,
      (${facts})::UTINYINT AS facts
    FROM ${rows} r JOIN (FROM fuse_event_recorded ${which}) e ON e.place = r.place`;
  await streaming(engine, () => engine.run(gather));
}

/** What a teller may know of a process. */
const known = [
  ...['FileName', 'Id', 'CommandLine', 'FolderPath', 'CreationTime', 'SHA1', 'SHA256', 'AccountName', 'ParentFileName'],
  ...['ParentId', 'VersionInfoOriginalFileName', 'VersionInfoCompanyName'],
].map((name) => `InitiatingProcess${name}`);

/** `fuse_endpoint_teller(teller, rank)`. */
export async function rankTellers(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_endpoint_teller AS
     SELECT teller, row_number() OVER (ORDER BY any_value(b.rank) NULLS LAST, avg(facts) DESC, count(*) DESC, teller)::INTEGER AS rank
     FROM fuse_told LEFT JOIN (FROM fuse_beyond_tellers WHERE "of" = 'endpoint') b USING (teller) GROUP BY teller`,
  );
}

/** SQL: what the teller of a rank tells (`mine`), and what is left of those before it. */
export function sides(rank: number, slice: KeySlice): string {
  return `(
    SELECT t.*, rank = ${rank} AS mine FROM fuse_told t JOIN fuse_endpoint_teller USING (teller)
    WHERE rank <= ${rank} AND ${slice(ends)} AND event NOT IN (SELECT event FROM fuse_pair))`;
}

/** `fuse_facing(…, sole, event, t, …, homeEvent, homeT, …)`: the ends that both sides tell of, and where each does so once,
 *  as nearly always, what they tell. */
export async function gatherFacing(engine: Engine, rank: number): Promise<void> {
  const told = ['event', 't', 'pid', 'file', 'told'];
  const both = told.flatMap((name) => [
    `max(${name}) FILTER (mine) AS ${name}`,
    `max(${name}) FILTER (NOT mine) AS home${name}`,
  ]);
  const facing = (slice: KeySlice): string =>
    `SELECT ${ends.join(', ')}, count(*) = 2 AS sole, ${both.join(', ')}
     FROM ${sides(rank, slice)} GROUP BY ${ends.join(', ')} HAVING bool_or(mine) AND NOT bool_and(mine)`;
  await createSliced(engine, 'fuse_facing', await keySlices(engine, 'fuse_told'), facing);
}
