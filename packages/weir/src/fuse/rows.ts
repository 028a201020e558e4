import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import { deviceNetworkEvents, endpointConnections } from '../tables/index.ts';
import { withFilledRows } from './filled.ts';
import { showEndpointRows } from './finished.ts';
import { logged } from './flows.ts';
import { defenderProtocol } from './keys.ts';
import { withLedger } from './ledger.ts';
import { toldOfProcess } from './processes.ts';
import { joinProgram, programColumns } from './programs.ts';
import { serviceOf, withoutHost } from './services.ts';
import { streaming } from './streaming.ts';

/** Writes the finished rows. Wide endpoint rows stream past narrow tables of what fusion found out, a slice at a time as
 *  their log has them, so that memory does not grow with the data; nothing wide is sorted or hashed. `endpointRows` is
 *  `fuse_endpoint_rows` or a view over it. */
export async function writeRows(lake: Lake, endpointRows: string, arrivedAt: bigint | undefined): Promise<void> {
  // What lies in a network of ours is inside, whoever may reach it, and whatever an endpoint that does not know says.
  await lake.engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_place AS
     SELECT * EXCLUDE (ours), CASE WHEN ours THEN 'Private' ELSE type END AS remoteType
     FROM (SELECT a.address, a.canonical, a.type, bool_or(o.text IS NOT NULL) AS ours
           FROM fuse_address a LEFT JOIN fuse_ours o ON o.text = a.text GROUP BY ALL)`,
  );
  const known = await knownColumns(lake);
  const slices = lake.slices(endpointConnections, sliceRows);
  await withFilledRows(lake, { rows: endpointRows, slices, known }, async (filled) =>
    withLedger(lake, slices, async (part) => {
      for (const [at, { relation }] of slices.entries()) {
        const led = part(at);
        if (led === undefined) continue;
        if (slices.length > 1) await showEndpointRows(lake.engine, relation);
        await writeEndpointRows(lake, await filled(at), led, known, arrivedAt);
      }
    }),
  );
  const [{ last } = { last: 0 }] = await lake.engine.rows<{ last: number }>(
    'SELECT coalesce(max(flow), 0)::DOUBLE AS last FROM fuse_flow',
  );
  for (let from = 1; from <= last; from += sliceRows) await writeFlowRows(lake, from, arrivedAt);
}

const sliceRows = 500_000;

/** The columns of which some endpoint row knows something, of itself or by its process's start. A row has about 40 of which
 *  most logs fill in half, and writing an empty one takes as long as writing another. */
async function knownColumns(lake: Lake): Promise<ReadonlySet<string>> {
  const known = await lake.known(endpointConnections);
  const [told] = await lake.engine.rows('FROM fuse_process LIMIT 1');
  return told ? known.union(toldOfProcess) : known;
}

/** Rows with an endpoint event: the endpoint's columns, completed by the flow's. Timestamp is the endpoint's, except on
 *  an event's second and later flows, which start when they start. */
async function writeEndpointRows(
  lake: Lake,
  endpointRows: string,
  led: string,
  known: ReadonlySet<string>,
  arrivedAt: bigint | undefined,
): Promise<void> {
  const columns: Record<string, string> = {
    ...service('r.host', 'r.source'),
    Timestamp: 'coalesce(r.later, e."Timestamp")',
    ActionType: settledAction,
    LocalIP: `CASE WHEN e."LocalIP" <> '' THEN e."LocalIP" ELSE l.canonical END`,
    LocalPort:
      'CASE WHEN r.own THEN coalesce(nullif(e."LocalPort", 0), r.localPort, e."LocalPort") ELSE r.localPort END',
    LocalIPType: `CASE WHEN e."LocalIPType" <> '' THEN e."LocalIPType" ELSE l.type END`,
    RemoteIPType: `CASE WHEN e."RemoteIPType" NOT IN ('', 'Public') THEN e."RemoteIPType" WHEN p.remoteType = 'Private' THEN 'Private'
      WHEN e."RemoteIPType" <> '' THEN e."RemoteIPType" ELSE p.remoteType END`,
    Protocol: `CASE WHEN e."Protocol" <> '' THEN e."Protocol" ELSE ${defenderProtocol('r.protocol')} END`,
    RemoteUrl: `CASE WHEN e."RemoteUrl" <> '' AND (r.own OR r.source = 'endpoint') THEN e."RemoteUrl" ELSE r.host END`,
    RemoteHost: 'r.host',
    Application: 'r.app',
    AccountName: `coalesce(nullif(e."AccountName", ''), nullif(e."InitiatingProcessAccountName", ''), r.account, '')`,
    BytesSent: 'r.sent',
    BytesReceived: 'r.received',
    BytesSource: 'r.bytesSource',
    OtherFlows: 'r.others',
    FlowStart: 'coalesce(r.starts, e."FlowStart")',
    FlowEnd: 'coalesce(r.ends, e."FlowEnd")',
    EvidenceTime: 'coalesce(r.ends, e."FlowEnd", r.later, e."Timestamp")',
    Site: `CASE WHEN e."Site" <> '' THEN e."Site" ELSE r.site END`,
    Fusion: `CASE WHEN r.fused THEN 'fused' ELSE 'endpoint' END`,
    FusionConfidence: 'r.confidence',
    FusionRule: 'r.rule',
    EventId: 'coalesce(r.flowId, e."EventId")',
    EndpointEventId: 'e."EventId"',
    OtherEndpointEventIds: 'to_json(r.otherEvents)',
    CommitSeq: '0',
  };
  Object.assign(columns, programColumns(columns.Service ?? '', columns.ServiceCategory ?? ''));
  columns.ArrivedAt = arrivedAt === undefined ? `${columns.EvidenceTime}` : String(arrivedAt);
  const given = deviceNetworkEvents.stored.map(({ name }) => name).filter((name) => name in columns || known.has(name));
  const select = given.map((name) => `${columns[name] ?? `e.${sqlName(name)}`} AS ${sqlName(name)}`);
  const rows = `SELECT ${select.join(', ')} FROM ${endpointRows} e JOIN ${led} r ON r.place = e.place
     LEFT JOIN fuse_place l ON l.address = r.localAddress LEFT JOIN fuse_place p ON p.address = r.remoteAddress
     LEFT JOIN fuse_host_service h ON h.host = r.host
     LEFT JOIN fuse_app_service s ON s.app = r.app
     LEFT JOIN fuse_address_service a ON a.canonical = p.canonical
     ${joinProgram('e')}`;
  await streaming(lake.engine, () => lake.append(deviceNetworkEvents, rows, given));
}

/** SQL: the endpoint's action, except where it states no outcome of this one connection (ConnectionRequest, an attempt, one
 *  met under way, a report of many) and the sensor saw how it ended, where a proxy let nothing pass, or where it says that
 *  what a sensor saw answered and carry payload failed: those bytes went, and FusionRule tells that the endpoint disputes
 *  it. Inbound actions keep their direction. */
const settledAction = `CASE
  WHEN r.met THEN 'ConnectionFound'
  WHEN NOT r.denied AND e."ActionType" = 'ConnectionFailed' AND r.class = 'carried' AND greatest(r.sent, r.received) > 0
    THEN 'ConnectionSuccess'
  WHEN r.denied AND e."ActionType" IN ('ConnectionSuccess', 'ConnectionRequest', 'ConnectionAttempt') THEN 'ConnectionFailed'
  WHEN r.class IS NULL OR r.class = 'open' OR e."ActionType" IN ('ConnectionSuccess', 'ConnectionFailed') THEN e."ActionType"
  WHEN e."ActionType" IN ('ConnectionRequest', 'ConnectionAttempt', 'ConnectionFound') OR NOT r.own
    THEN CASE WHEN r.class = 'carried' THEN 'ConnectionSuccess' ELSE 'ConnectionFailed' END
  WHEN e."ActionType" = 'InboundConnectionAttempt' AND r.class = 'carried' THEN 'InboundConnectionAccepted'
  ELSE e."ActionType" END`;

/** Rows of flows that no endpoint event knew: the device that held the address, no process.
 *
 *  ActionType says no more than the sensor saw: established is ConnectionSuccess (InboundConnectionAccepted where the
 *  remote side opened it), failed is ConnectionFailed (InboundConnectionAttempt). Of an unknown outcome it is a success
 *  only if payload went both ways, which no refused connection has; else ConnectionFound, Defender's word for a
 *  connection met under way, and from outside no more than an attempt. A proxy's own leg is marked by its FusionRule. */
async function writeFlowRows(lake: Lake, from: number, arrivedAt: bigint | undefined): Promise<void> {
  const slice = (number: string) => `${number} >= ${from} AND ${number} < ${from + sliceRows}`;
  const [some] = await lake.engine.rows(`FROM fuse_row WHERE event IS NULL AND ${slice('flow')} LIMIT 1`);
  if (!some) return;
  const { starts, ends } = logged('f');
  const evidence = `coalesce(${ends}, ${starts})`;
  const figure = (column: string) => `CASE WHEN g.row IS NOT NULL THEN g.${column} ELSE f.${column} END`;
  const [sent, received] = [figure('sent'), figure('received')];
  const columns: Record<string, string> = {
    ...service('n.host', 'n.source'),
    Timestamp: starts,
    DeviceId: `d."DeviceId"`,
    DeviceName: `coalesce(d."DeviceName", l.canonical)`,
    ActionType: `CASE WHEN f.outcome = 'established' OR (f.outcome <> 'failed' AND ${sent} > 0 AND ${received} > 0)
      THEN CASE WHEN f.inbound THEN 'InboundConnectionAccepted' ELSE 'ConnectionSuccess' END
      WHEN f.outcome = 'failed' THEN CASE WHEN f.inbound THEN 'InboundConnectionAttempt' ELSE 'ConnectionFailed' END
      WHEN f.inbound THEN 'InboundConnectionAttempt' ELSE 'ConnectionFound' END`,
    LocalIP: 'l.canonical',
    LocalPort: 'f.shownLocalPort',
    LocalIPType: 'l.type',
    RemoteIP: 'p.canonical',
    RemotePort: 'f.shownRemotePort',
    RemoteIPType: 'p.remoteType',
    Protocol: defenderProtocol('f.protocol'),
    RemoteUrl: 'n.host',
    RemoteHost: 'n.host',
    Application: 'f.app',
    AccountName: 'f.account',
    BytesSent: sent,
    BytesReceived: received,
    BytesSource: figure('source'),
    OtherFlows: 'g.others',
    FlowStart: starts,
    FlowEnd: ends,
    EvidenceTime: evidence,
    ArrivedAt: arrivedAt === undefined ? evidence : String(arrivedAt),
    Site: 'f.site',
    Fusion: `'flow'`,
    FusionRule: `CASE WHEN x.row IS NOT NULL THEN 'proxy-outer-leg' END`,
    EventId: 'i."EventId"',
    CommitSeq: '0',
  };
  const select = Object.entries(columns).map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
  const rows = `SELECT ${select.join(', ')} FROM (FROM fuse_flow WHERE ${slice('flow')}) f
     JOIN (FROM fuse_row WHERE event IS NULL AND ${slice('flow')}) r ON r.flow = f.flow
     JOIN (FROM fuse_flow_id WHERE ${slice('flow')}) i ON i.flow = f.flow
     LEFT JOIN (FROM fuse_name WHERE ${slice('"row"')}) n ON n.row = r.row
     LEFT JOIN fuse_outer x ON x.row = r.row
     LEFT JOIN fuse_figure g ON g.row = r.row
     LEFT JOIN (FROM fuse_flow_device WHERE ${slice('flow')}) o ON o.flow = r.flow
     LEFT JOIN fuse_device d ON d.device = o.device
     LEFT JOIN fuse_place l ON l.address = f.localAddress LEFT JOIN fuse_place p ON p.address = f.remoteAddress
     LEFT JOIN fuse_host_service h ON h.host = n.host
     LEFT JOIN fuse_app_service s ON s.app = f.app
     LEFT JOIN fuse_address_service a ON a.canonical = p.canonical`;
  await streaming(lake.engine, () => lake.append(deviceNetworkEvents, rows, Object.keys(columns)));
}

/** The catalogue's columns: by the host, else by the application, else, where no host is known, by published address
 *  range. */
function service(host: string, source: string): Record<string, string> {
  const column = (name: string) => serviceOf(`${host} IS NOT NULL`, name);
  return {
    RegistrableDomain: 'h.registrable',
    RemoteHostSource: `CASE WHEN ${host} IS NOT NULL THEN ${source} ELSE ${withoutHost} END`,
    Service: column('service'),
    ServiceCategory: column('category'),
    ServiceCategories: column('categories'),
    SubTechnique: column('subTechnique'),
  };
}
