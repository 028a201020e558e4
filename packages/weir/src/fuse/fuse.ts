import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import { withFusionDatabase } from '../lake/database.ts';
import type { Lake } from '../lake/lake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { FusionReport } from '../model/fusionReport.ts';
import type { Inventory } from '../model/inventory.ts';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  networkFlows,
} from '../tables/index.ts';
import { gatherAddresses } from './addresses.ts';
import { assignFlows, layOutRows } from './assignment.ts';
import { type Beyond, showBeyond } from './beyond.ts';
import { gatherBodies } from './bodies.ts';
import { gatherCandidates } from './candidates.ts';
import { carryNames } from './carriedNames.ts';
import { estimateClocks } from './clock.ts';
import { matchContinued } from './continued.ts';
import { type Counts, countConnections, noConnections } from './counts.ts';
import { keepDistinctRows } from './dedupe.ts';
import { gatherEndpointEvents } from './endpointEvents.ts';
import { joinEndpoints } from './endpoints.ts';
import { gatherFigures } from './figures.ts';
import { showUnfinished, tagFinishedRows, toldByFinished } from './finished.ts';
import { gatherFlowNames } from './flowNames.ts';
import { gatherFlows } from './flows.ts';
import { findFlowDevices, traceAddresses } from './holdings.ts';
import { applyInventory, nameSites } from './inventory.ts';
import { showLives } from './lives.ts';
import { findOnlyLooks } from './looks.ts';
import { gatherOthers, prepareMembers } from './members.ts';
import { gatherNames } from './names.ts';
import { numbered } from './numbering.ts';
import { gatherOffers } from './offers.ts';
import { tellOpeners } from './openers.ts';
import { findOuterLegs } from './outerLegs.ts';
import { addParts } from './parts.ts';
import { tellProcesses } from './processes.ts';
import { gatherPrograms } from './programs.ts';
import { gatherProxies } from './proxies.ts';
import { gatherProxyRecords, joinProxyRecords, settleDenied } from './proxyRecords.ts';
import { reportFusion } from './report.ts';
import { writeRows } from './rows.ts';
import { joinSameRecords } from './sameRecords.ts';
import { joinSensors } from './sensors.ts';
import { gatherApplications, gatherServices } from './services.ts';
import { rowsOf, withRowsAtOnce } from './slices.ts';
import { matchStanding } from './standing.ts';
import { gatherWords } from './words.ts';

export interface FuseOptions {
  readonly catalogue: Catalogue;
  readonly inventory?: Inventory;
  /** When Weir had the rows, ticks; without it a row is taken to arrive when its facts are complete. */
  readonly arrivedAt?: bigint;
  /** How many rows are hashed or sorted at once: memory against time. */
  readonly rowsAtOnce?: number;
  /** Where the rows are a part of the logs: what the rest tells. */
  readonly beyond?: Beyond;
  /** `told`: it tells all that there is to know of clocks, so that none is estimated from a part of the rows. */
  readonly clocks?: 'told';
}

/** Joins what the intake tables know of each connection (process, bytes, name) and appends the finished
 *  DeviceNetworkEvents rows to the lake: once for a lake. What it writes is a function of the set of rows, whatever
 *  their order, their split into segments and their repetition, and each public table holds an event once. Rows that came
 *  in finished stay as they are, but for what the catalogue says of those that name no service. */
export async function fuse(lake: Lake, options: FuseOptions): Promise<FusionReport> {
  let before: Counts | undefined;
  return fuseAnd(lake, options, {
    before: async (engine) => {
      before = lake.count(deviceNetworkEvents) === 0 ? noConnections : await countConnections(engine);
    },
    after: (engine) => reportFusion(engine, before as Counts),
  });
}

/** What is asked while a fusion is under way. */
export interface Asked<Result> {
  /** Before a row is finished: the finished rows are those that came so. */
  readonly before?: (engine: Engine) => Promise<void>;
  /** When all are, and the tables of fusion still stand. */
  readonly after: (engine: Engine) => Promise<Result>;
}

/** The same, and what is asked of it in the place of the report. */
export function fuseAnd<Result>(lake: Lake, options: FuseOptions, asked: Asked<Result>): Promise<Result> {
  return fuseRows(lake, options, {
    before: async () => asked.before?.(lake.engine),
    use: () => join(lake, options, asked),
  });
}

/** What the rows say of clocks and of who tells best, which is all that fusion knows when it begins to match; no row is
 *  finished. `ask` reads `fuse_offset`, `fuse_endpoint_clock`, `fuse_sensor_clock`, `fuse_teller`, `fuse_endpoint_teller` and
 *  `fuse_device_key`. */
export function askClocks<Result>(
  lake: Lake,
  options: FuseOptions,
  ask: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  return fuseRows(lake, options, {
    use: async () => {
      await joinTellers(lake.engine, options);
      const result = await ask(lake.engine);
      await forget(lake.engine);
      return result;
    },
  });
}

interface Use<Result> {
  readonly before?: () => Promise<unknown>;
  /** While `fuse_endpoint_rows` and `fuse_flow_rows` are there, and their rows have numbers. */
  readonly use: () => Promise<Result>;
}

function fuseRows<Result>(lake: Lake, options: FuseOptions, use: Use<Result>): Promise<Result> {
  const fusing = () =>
    withFusionDatabase(lake, () => withRowsAtOnce(lake, options.rowsAtOnce, () => prepareRows(lake, options, use)));
  return rowsOf(lake) <= ofOneThread ? lake.engine.onOneThread(fusing) : fusing();
}

/** Of so many rows a second thread makes nothing sooner, and takes half as much processor time again. */
export const ofOneThread = 50_000;

async function prepareRows<Result>(lake: Lake, options: FuseOptions, { before, use }: Use<Result>): Promise<Result> {
  await applyInventory(lake, options.inventory);
  await keepDistinctRows(lake, endpointConnections, {
    identity: ['EventId'],
    latest: ['FlowEnd'],
    earliest: ['Timestamp', 'FlowStart'],
  });
  await keepDistinctRows(lake, networkFlows, {
    identity: ['EventId'],
    // Not every product says when an update of its log is from; its totals only grow.
    latest: ['FlowEnd', 'BytesSent', 'BytesReceived'],
  });
  // Rows that somebody else gave an id may share it: one that is no row's own is no reason to lose a row.
  for (const table of [deviceNetworkEvents, deviceProcessEvents, deviceFileEvents, dnsEvents])
    await keepDistinctRows(lake, table, { identity: ['EventId', 'Timestamp'] });
  await before?.();
  await showUnfinished(lake);
  await showBeyond(lake.engine, options.beyond, await toldByFinished(lake.engine));
  return numbered(lake, 'event', 'fuse_endpoint_rows', () => numbered(lake, 'flow', 'fuse_flow_rows', use));
}

/** What several tellers tell of one connection is one, and all are on one clock. */
async function joinTellers(engine: Engine, { catalogue, inventory, clocks }: FuseOptions): Promise<void> {
  const told = clocks === 'told';
  await gatherWords(engine, 'fuse_endpoint_rows', 'fuse_flow_rows', inventory);
  await gatherAddresses(engine, 'fuse_endpoint_rows', 'fuse_flow_rows');
  await gatherEndpointEvents(engine, 'fuse_endpoint_rows');
  await joinEndpoints(engine, 'fuse_endpoint_rows', told);
  await gatherApplications(
    engine,
    `SELECT "AppProtocol" FROM fuse_flow_rows WHERE "AppProtocol" <> ''
     UNION SELECT "Application" FROM fuse_came_finished WHERE "Application" <> ''`,
    catalogue,
  );
  await gatherFlows(engine, 'fuse_flow_rows');
  await prepareMembers(engine);
  await addParts(engine);
  await joinSensors(engine, told);
  await gatherFlowNames(engine);
  await gatherProxies(engine);
  await gatherProxyRecords(engine);
  await joinProxyRecords(engine);
  await estimateClocks(engine, told);
}

/** Fusion of the rows in `fuse_endpoint_rows` and `fuse_flow_rows`. */
async function join<Result>(lake: Lake, options: FuseOptions, { after }: Asked<Result>): Promise<Result> {
  const { engine } = lake;
  const { catalogue, inventory, arrivedAt } = options;
  await joinTellers(engine, options);
  await tellOpeners(engine);
  await traceAddresses(engine);
  await gatherOffers(engine);
  await gatherCandidates(engine);
  await assignFlows(engine);
  await matchContinued(engine);
  await findFlowDevices(engine);
  await matchStanding(engine);
  await layOutRows(engine);
  await settleDenied(engine);
  await findOnlyLooks(engine);
  await showLives(engine);
  await gatherBodies(engine);
  await carryNames(engine);
  await gatherNames(engine);
  await findOuterLegs(engine);
  await gatherOthers(engine);
  await gatherFigures(engine);
  await gatherServices(
    engine,
    `SELECT host FROM fuse_name UNION SELECT "RemoteHost" FROM fuse_came_finished WHERE "RemoteHost" <> ''`,
    catalogue,
  );
  const endpointRows = await nameSites(engine, await tellProcesses(lake, 'fuse_endpoint_rows'), inventory);
  await joinSameRecords(lake);
  await gatherPrograms(engine, endpointRows, catalogue);
  await tagFinishedRows(lake);
  await writeRows(lake, endpointRows, arrivedAt);
  const result = await after(engine);
  await forget(engine);
  return result;
}

/** Drops what only fusion reads and its database does not hold: the memory is the rules'. */
async function forget(engine: Engine): Promise<void> {
  const made = await engine.rows<{ kind: string; name: string }>(
    `SELECT 'VIEW' AS kind, view_name AS name FROM duckdb_views() WHERE temporary AND starts_with(view_name, 'fuse_')
     UNION ALL
     SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, 'fuse_')`,
  );
  await engine.run(made.map(({ kind, name }) => `DROP ${kind} temp.${sqlName(name)}`).join('; '));
}
