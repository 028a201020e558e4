import type { Engine } from '../../../packages/weir/src/engine/engine.ts';
import { sqlName } from '../../../packages/weir/src/engine/sql.ts';
import type { Lake } from '../../../packages/weir/src/lake/lake.ts';
import type { Catalogue } from '../../../packages/weir/src/model/catalogue.ts';
import { deviceNetworkEvents } from '../../../packages/weir/src/tables/index.ts';
import { addRows, rowsOf } from './connections.ts';
import { endpointAction, flowUid, gatherStanding, processFacts } from './facts.ts';

/** Appends the rows that fusion makes of what the sensors tell (`life_fact`), without the way through records; gives how
 *  many. A test holds it to the rows that come the long way. */
export async function writeFused(lake: Lake, catalogue: Catalogue): Promise<number> {
  const { engine } = lake;
  await gatherServices(engine, catalogue);
  await gatherStanding(engine);
  const given = Object.keys(fusedColumns);
  const select = Object.entries(fusedColumns).map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
  const [{ last } = { last: 0 }] = await engine.rows<{ last: number }>('SELECT max(n) AS last FROM life_fact');
  let rows = 0;
  for (let from = 1; from <= last; from += slice)
    rows += await lake.append(
      deviceNetworkEvents,
      `WITH flow AS (
         SELECT f.*, s.event, s.rule AS standing FROM life_fact f LEFT JOIN life_standing s ON s.flow = f.n
         WHERE f.n >= ${from} AND f.n < ${from + slice}
       ), event AS (
         SELECT f.*, coalesce(f.event, CASE WHEN f.told THEN f.n END) AS by FROM flow f
       ), named AS (
         SELECT f.*, e, CASE WHEN f.event IS NULL THEN coalesce(e.url, f.greeted) ELSE coalesce(f.greeted, e.url) END AS shown,
           CASE WHEN e.url IS NULL OR (f.event IS NOT NULL AND f.greeted IS NOT NULL)
             THEN CASE WHEN f.greeted IS NOT NULL THEN CASE f.application WHEN 'quic' THEN 'quic' ELSE 'tls' END END ELSE 'endpoint' END AS name_source
         FROM event f LEFT JOIN life_fact e ON e.n = f.by
       )
       SELECT ${select.join(', ')}
       FROM (SELECT *, CASE WHEN shown IS NULL THEN address END AS bare FROM named) f
       JOIN life_machine m ON m.number = f.machine LEFT JOIN life_program p ON p.number = f.e.program
       LEFT JOIN life_host_service h ON h.host = f.shown LEFT JOIN life_address_service a ON a.address = f.bare`,
      given,
    );
  await engine.run('DROP TABLE life_standing');
  return rows;
}

const slice = 1_000_000;

/** SQL over a slice's rows: a flow `f` with the report `f.e` that tells its process, if any does. */
const known = 'f.by IS NOT NULL';
const told = (sql: string): string => `CASE WHEN ${known} THEN ${sql.replaceAll(/\be\./g, 'f.e.')} END`;
const ends = 'f.starts + f.lasting';
const either = (column: string): string => `CASE WHEN f.shown IS NOT NULL THEN h.${column} ELSE a.${column} END`;
const account = told(processFacts.InitiatingProcessAccountName ?? '');
const stamped = `CASE WHEN f.told THEN f.stamped ELSE f.starts END`;
const outcome = `CASE WHEN f.open THEN 'ConnectionSuccess' ELSE 'ConnectionFailed' END`;

const fusedColumns: Readonly<Record<string, string>> = {
  Timestamp: stamped,
  DeviceId: `CASE WHEN m.sensor THEN m.device_id END`,
  DeviceName: 'CASE WHEN m.sensor THEN m.name ELSE m.local END',
  ActionType: `CASE WHEN f.told AND NOT f.seen THEN ${told(endpointAction)} ELSE ${outcome} END`,
  RemoteIP: 'f.address',
  RemotePort: 'f.port',
  RemoteUrl: 'f.shown',
  LocalIP: 'm.local',
  LocalPort: 'f.localPort',
  Protocol: `CASE f.protocol WHEN 'udp' THEN 'Udp' ELSE 'Tcp' END`,
  LocalIPType: `'Private'`,
  RemoteIPType: `CASE WHEN starts_with(f.address, '10.') THEN 'Private' ELSE 'Public' END`,
  ...Object.fromEntries(Object.entries(processFacts).map(([name, sql]) => [name, told(sql)])),
  InitiatingProcessCreationTime: told('e.created + m.skew'),
  ReportId: told('e.report'),
  AdditionalFields: `CASE WHEN ${known} THEN '{}' END`,
  AccountName: account,
  BytesSent: 'CASE WHEN f.seen AND f.open THEN f.sent END',
  BytesReceived: 'CASE WHEN f.seen AND f.open THEN f.received END',
  BytesSource: `CASE WHEN f.seen AND f.open THEN 'zeek-payload' END`,
  FlowStart: 'CASE WHEN f.seen THEN f.starts END',
  FlowEnd: `CASE WHEN f.seen THEN ${ends} END`,
  EvidenceTime: `CASE WHEN f.seen THEN ${ends} ELSE f.stamped END`,
  ArrivedAt: `CASE WHEN f.seen THEN ${ends} ELSE f.stamped END`,
  RemoteHost: 'f.shown',
  RegistrableDomain: 'h.registrable',
  RemoteHostSource: `coalesce(f.name_source, CASE WHEN a.address IS NOT NULL THEN 'address' END)`,
  Service: either('service'),
  ServiceCategory: either('category'),
  ServiceCategories: either('categories'),
  SubTechnique: either('subTechnique'),
  Fusion: `CASE WHEN ${known} AND f.seen THEN 'fused' WHEN f.told THEN 'endpoint' ELSE 'flow' END`,
  FusionConfidence: `CASE WHEN f.standing = 'repeated-host' THEN 0.6 WHEN f.standing = 'repeated' THEN 0.5 WHEN f.told AND f.seen THEN 0.95 END`,
  FusionRule: `CASE WHEN f.standing IS NOT NULL THEN f.standing WHEN f.told AND f.seen THEN 'five-tuple' END`,
  EventId: `CASE WHEN f.seen THEN 'zeek:' || ${flowUid} ELSE ${told(eventId())} END`,
  EndpointEventId: told(eventId()),
  CommitSeq: '0',
};

/** SQL: the id that intake gives an event of Defender's. */
function eventId(): string {
  return `'mde:' || md5(concat_ws('|', lower(m.name), e.stamped, e.report, ${endpointAction}))`;
}

/** What the catalogue says of each host and of each address without a name. */
async function gatherServices(engine: Engine, catalogue: Catalogue): Promise<void> {
  const hosts = await engine.rows<{ host: string }>('SELECT DISTINCT host FROM life_fact WHERE host IS NOT NULL');
  await rowsOf(
    engine,
    'life_host_service',
    { host: 'VARCHAR', registrable: 'VARCHAR', ...serviceColumns },
    hosts.map(({ host }) => ({
      host,
      registrable: catalogue.registrableDomain(host),
      ...facts(catalogue.matchHost(host)),
    })),
  );
  await rowsOf(engine, 'life_address_service', { address: 'VARCHAR', ...serviceColumns }, []);
  const addresses = await engine.rows<{ address: string }>(
    'SELECT DISTINCT address FROM life_fact WHERE greeted IS NULL OR url IS NULL',
  );
  const known = addresses.flatMap(({ address }) => {
    const entry = catalogue.matchAddress(address);
    return entry === undefined ? [] : [{ address, ...facts(entry) }];
  });
  await addRows(engine, 'life_address_service', { address: 'VARCHAR', ...serviceColumns }, known);
}

const serviceColumns = {
  service: 'VARCHAR',
  category: 'VARCHAR',
  categories: 'JSON',
  subTechnique: 'VARCHAR',
} as const;

function facts(entry: ReturnType<Catalogue['matchHost']>) {
  const { service = '', category = '', categories = null, subTechnique = '' } = entry ?? {};
  return { service, category, categories, subTechnique };
}
