import type { Engine } from '../../../packages/weir/src/engine/engine.ts';
import { sqlName } from '../../../packages/weir/src/engine/sql.ts';
import type { Lake } from '../../../packages/weir/src/lake/lake.ts';
import type { Catalogue } from '../../../packages/weir/src/model/catalogue.ts';
import { fullPath, type Program } from '../../../packages/weir/src/simulate/program.ts';
import { deviceNetworkEvents } from '../../../packages/weir/src/tables/index.ts';
import { addRows, type Programs, rowsOf, strangerAddress } from './connections.ts';

/** Facts of a connection as both ways of telling it need them: `life_told`, a view over `life_connection`. Who is told of
 *  nothing is left out. */
export async function tellConnections(engine: Engine, programs: Programs): Promise<void> {
  await rowsOf(engine, 'life_program', programColumns, programs.list.map(programRow));
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW life_told AS
     SELECT c.* EXCLUDE (address, command, account), m.* EXCLUDE (number), p.* EXCLUDE (number, folder, command),
       coalesce(c.address, ${hostAddress}) AS address,
       replace(coalesce(c.command, p.command), '{user}', coalesce(m.user_name, '')) AS command,
       replace(p.folder, '{user}', CASE WHEN c.account = 'system' THEN 'system' ELSE m.user_name END) AS folder,
       CASE WHEN c.account = 'system' THEN 'system' WHEN contains(c.account, '|') THEN split_part(c.account, '|', 2) ELSE m.user_name END AS account,
       CASE WHEN c.account = 'system' THEN 'nt authority' WHEN contains(c.account, '|') THEN split_part(c.account, '|', 1) ELSE m.user_domain END AS domain,
       CASE WHEN c.account = 'system' THEN 'S-1-5-18' ELSE m.user_sid END AS sid,
       CASE WHEN c.account IN ('user', 'service') THEN m.user_upn ELSE '' END AS upn,
       CASE WHEN c.account IN ('user', 'service') THEN m.user_object ELSE '' END AS object,
       c.starts + (20000 + hash(c.id, 71) % 880000)::BIGINT * 10 + m.skew AS stamped,
       1000 + (hash(c.id, 72) % 118000)::BIGINT AS report,
       CASE WHEN c.application IN ('quic', 'media') THEN 'udp' ELSE 'tcp' END AS protocol,
       c.outcome IN ('accepted', 'cut') AS open,
       -- Some handshakes hide the name, and what is no handshake has none.
       c.application IN ('tls', 'quic') AND hash(c.id, 73) % 100 >= 2 AS greeted
     FROM life_connection c JOIN life_machine m ON m.number = c.machine JOIN life_program p ON p.number = c.program
     WHERE c.told OR c.seen`,
  );
}

/** SQL: where a host's name leads: a few addresses, the same for everybody. */
const hostAddress = strangerAddress('hash(c.host, hash(c.id, 64) % 3)');

/** Appends the rows that fusion makes of these connections, without the way through records. */
export async function writeFused(lake: Lake, catalogue: Catalogue): Promise<number> {
  const { engine } = lake;
  await gatherServices(engine, catalogue);
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW life_row AS
     SELECT *, CASE WHEN name_source IS NOT NULL THEN host END AS shown, CASE WHEN name_source IS NULL THEN address END AS bare
     FROM (
       SELECT *, CASE WHEN told AND named AND host IS NOT NULL THEN 'endpoint' WHEN seen AND open AND greeted AND host IS NOT NULL
           THEN CASE application WHEN 'quic' THEN 'quic' ELSE 'tls' END END AS name_source
       FROM life_told)`,
  );
  const given = Object.keys(fusedColumns);
  const select = Object.entries(fusedColumns).map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
  return lake.append(
    deviceNetworkEvents,
    `SELECT ${select.join(', ')} FROM life_row r
     LEFT JOIN life_host_service h ON h.host = r.shown LEFT JOIN life_address_service a ON a.address = r.bare`,
    given,
  );
}

/** The endpoint's columns, where it told of the connection. */
const told = (sql: string): string => `CASE WHEN r.told THEN ${sql} END`;
const ends = 'r.starts + r.lasting';
const action = `CASE WHEN r.system = 'windows' AND r.told THEN CASE WHEN r.open THEN 'ConnectionSuccess' ELSE 'ConnectionFailed' END
  WHEN r.told AND NOT r.seen THEN 'ConnectionRequest' WHEN r.open THEN 'ConnectionSuccess' ELSE 'ConnectionFailed' END`;
const shownName = 'r.shown';
const either = (column: string): string => `CASE WHEN r.name_source IS NOT NULL THEN h.${column} ELSE a.${column} END`;

const fusedColumns: Readonly<Record<string, string>> = {
  Timestamp: 'CASE WHEN r.told THEN r.stamped ELSE r.starts END',
  DeviceId: 'CASE WHEN r.told OR r.sensor THEN r.device_id END',
  DeviceName: 'CASE WHEN r.told OR r.sensor THEN r.name ELSE r.local END',
  ActionType: action,
  RemoteIP: 'r.address',
  RemotePort: 'r.port',
  RemoteUrl: shownName,
  LocalIP: 'r.local',
  LocalPort: 'r.localPort',
  Protocol: `CASE r.protocol WHEN 'udp' THEN 'Udp' ELSE 'Tcp' END`,
  LocalIPType: `'Private'`,
  RemoteIPType: `'Public'`,
  InitiatingProcessSHA1: told('r.sha1'),
  InitiatingProcessSHA256: told('r.sha256'),
  InitiatingProcessMD5: told('r.md5'),
  InitiatingProcessFileName: told('r.file'),
  InitiatingProcessFileSize: told('r.size'),
  InitiatingProcessVersionInfoCompanyName: told('r.company'),
  InitiatingProcessVersionInfoProductName: told('r.product'),
  InitiatingProcessVersionInfoProductVersion: told('r.version'),
  InitiatingProcessVersionInfoInternalFileName: told('r.file'),
  InitiatingProcessVersionInfoOriginalFileName: told('r.original'),
  InitiatingProcessVersionInfoFileDescription: told('r.description'),
  InitiatingProcessId: told('r.pid'),
  InitiatingProcessCommandLine: told('r.command'),
  InitiatingProcessCreationTime: told('r.created + r.skew'),
  InitiatingProcessFolderPath: told('r.folder'),
  InitiatingProcessParentFileName: told('r.parent'),
  InitiatingProcessAccountDomain: told('r.domain'),
  InitiatingProcessAccountName: told('r.account'),
  InitiatingProcessAccountSid: told('r.sid'),
  InitiatingProcessAccountUpn: told('r.upn'),
  InitiatingProcessAccountObjectId: told('r.object'),
  ReportId: told('r.report'),
  AccountName: told('r.account'),
  BytesSent: 'CASE WHEN r.seen AND r.open THEN r.sent END',
  BytesReceived: 'CASE WHEN r.seen AND r.open THEN r.received END',
  BytesSource: `CASE WHEN r.seen AND r.open THEN 'zeek-payload' END`,
  FlowStart: 'CASE WHEN r.seen THEN r.starts END',
  FlowEnd: `CASE WHEN r.seen THEN ${ends} END`,
  EvidenceTime: `CASE WHEN r.seen THEN ${ends} ELSE r.stamped END`,
  ArrivedAt: `CASE WHEN r.seen THEN ${ends} ELSE r.stamped END`,
  RemoteHost: shownName,
  RegistrableDomain: 'h.registrable',
  RemoteHostSource: `coalesce(r.name_source, CASE WHEN a.address IS NOT NULL THEN 'address' END)`,
  Service: either('service'),
  ServiceCategory: either('category'),
  ServiceCategories: either('categories'),
  SubTechnique: either('subTechnique'),
  Fusion: `CASE WHEN r.told AND r.seen THEN 'fused' WHEN r.told THEN 'endpoint' ELSE 'flow' END`,
  FusionConfidence: 'CASE WHEN r.told AND r.seen THEN 0.95 END',
  FusionRule: `CASE WHEN r.told AND r.seen THEN 'five-tuple' END`,
  EventId: `CASE WHEN r.seen THEN ${flowId('r')} ELSE ${eventId('r')} END`,
  EndpointEventId: told(eventId('r')),
  CommitSeq: '0',
};

/** SQL: the sensor's own id of a flow, as it stands in the row's EventId. */
export function flowId(row: string): string {
  return `'zeek:C' || substr(${row}.id, 1, 17)`;
}

/** SQL: the id that intake gives an event of Defender's. */
function eventId(row: string): string {
  return `'mde:' || md5(concat_ws('|', lower(${row}.name), ${row}.stamped, ${row}.report, ${endpointAction(row)}))`;
}

/** SQL: what the endpoint itself called it. */
export function endpointAction(row: string): string {
  return `CASE WHEN ${row}.system <> 'windows' THEN 'ConnectionRequest' WHEN ${row}.open THEN 'ConnectionSuccess' ELSE 'ConnectionFailed' END`;
}

/** What the catalogue says of each host and of each address without a name. */
async function gatherServices(engine: Engine, catalogue: Catalogue): Promise<void> {
  const hosts = await engine.rows<{ host: string }>('SELECT DISTINCT host FROM life_connection WHERE host IS NOT NULL');
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
    'SELECT DISTINCT address FROM life_connection WHERE address IS NOT NULL',
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

const programColumns = {
  number: 'INTEGER',
  file: 'VARCHAR',
  folder: 'VARCHAR',
  original: 'VARCHAR',
  company: 'VARCHAR',
  product: 'VARCHAR',
  description: 'VARCHAR',
  version: 'VARCHAR',
  size: 'BIGINT',
  sha1: 'VARCHAR',
  sha256: 'VARCHAR',
  md5: 'VARCHAR',
  parent: 'VARCHAR',
  command: 'VARCHAR',
} as const;

function programRow(program: Program, number: number): Record<keyof typeof programColumns, unknown> {
  const { file, original, company, product, description, version, size, sha1, sha256, md5, parent, commandLine } =
    program;
  return {
    ...{ number, file, original, company, product, description, version, size, sha1, sha256, md5, parent },
    // `{user}` stays, and is filled where the account is known.
    folder: fullPath(program, '{user}').toLowerCase(),
    command: commandLine,
  };
}
