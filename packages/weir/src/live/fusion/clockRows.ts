import type { Engine } from '../../engine/engine.ts';
import { endpointTeller } from '../../fuse/keys.ts';
import type { Lake } from '../../lake/lake.ts';
import {
  deviceNetworkEvents,
  endpointConnections,
  networkFlows,
  observedNames,
  type Table,
} from '../../tables/index.ts';
import type { Rows } from './pairs.ts';

/** What fusion reads of rows until it knows their clocks (`askClocks`); of endpoint rows where one teller tells all. */
const read: ReadonlyMap<Table, readonly string[]> = new Map(
  (
    [
      [
        endpointConnections,
        'EventId Timestamp FlowStart FlowEnd DeviceName DeviceId ActionType Protocol LocalIP LocalPort RemoteIP RemotePort Site',
      ],
      [
        networkFlows,
        'EventId Timestamp FlowStart FlowEnd Protocol LocalIP LocalPort RemoteIP RemotePort Direction BytesSent BytesReceived BytesSource Outcome FlowId Sensor Site IsPart',
      ],
      [observedNames, 'Kind Timestamp FlowId Host BytesSent Sensor Site'],
    ] as const
  ).map(([table, names]) => [table, names.split(' ')]),
);

/** Puts into a lake of its own what tells clocks, of some rows: few of their columns, but of an id that several rows have all
 *  that these say, which decides which of them stays. `finished` is SQL of rows that came in finished. Makes
 *  `fusion_repeated(of, id)`, of ids that several rows have. */
export async function gatherClockRows(lake: Lake, rows: Rows, finished: string | undefined): Promise<void> {
  const { engine } = lake;
  const both = [endpointConnections, networkFlows];
  await engine.run('CREATE OR REPLACE TABLE memory.fusion_repeated ("of" VARCHAR, id VARCHAR)');
  for (const table of both) {
    const several = table === endpointConnections && (await severalTellers(engine, rows(table)));
    const columns = several ? all(table) : (read.get(table) ?? []);
    await engine.run(
      `INSERT INTO memory.fusion_repeated
       SELECT '${table.name}', "EventId" FROM ${rows(table)}
       SEMI JOIN (SELECT hash("EventId") AS hash FROM ${rows(table)} GROUP BY ALL HAVING count(*) > 1) AS r ON r.hash = hash("EventId")
       GROUP BY "EventId" HAVING count(*) > 1`,
    );
    const ids = repeated(table);
    const [some] = await engine.rows(`${ids} LIMIT 1`);
    const rest = some && columns.length < all(table).length ? `ANTI JOIN (${ids}) AS r USING ("EventId")` : '';
    await lake.append(table, `SELECT ${list(columns)} FROM ${rows(table)} ${rest}`, columns);
    if (rest !== '')
      await lake.append(table, `FROM ${rows(table)} SEMI JOIN (${ids}) AS r USING ("EventId")`, all(table));
  }
  // What is said inside of flows matters where proxies tell of them.
  const said = `FROM ${rows(observedNames)} WHERE "FlowId" <> ''`;
  const [proxied] = await engine.rows(`${said} AND "Kind" = 'proxy' LIMIT 1`);
  const names = read.get(observedNames) ?? [];
  if (proxied) await lake.append(observedNames, `SELECT ${list(names)} ${said} AND "Kind" <> 'dns'`, names);
  if (finished) await lake.append(deviceNetworkEvents, finished, all(deviceNetworkEvents));
}

/** SQL: the ids that several rows of a table have. */
export function repeated(table: Table): string {
  return `SELECT id AS "EventId" FROM memory.fusion_repeated WHERE "of" = '${table.name}'`;
}

/** SQL: whether rows of a table are of several tellers. Whatever lies between two ids begins as both do. */
export async function severalTellers(engine: Engine, rows: string): Promise<boolean> {
  const ends = await engine.rows<{ teller: string | null }>(
    `SELECT DISTINCT ${endpointTeller('id')} AS teller FROM (
       SELECT unnest([min("EventId"), max("EventId")]) AS id FROM ${rows})`,
  );
  const [one] = ends;
  return ends.length > 1 || one?.teller === '';
}

const all = (table: Table): string[] =>
  table.stored.map(({ name }) => name).filter((name) => name !== 'ArrivedAt' && name !== 'CommitSeq');

const list = (columns: readonly string[]): string => columns.map((name) => `"${name}"`).join(', ');
