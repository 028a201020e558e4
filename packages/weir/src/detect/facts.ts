import { sqlName } from '../engine/sql.ts';
import { publicTables, visibleColumns } from '../tables/index.ts';
import { evidenceTime } from './window.ts';

/** What findings are told from, as SQL over a table whose rows are evidence. A row's `start` and `end` bound the time
 *  it speaks of: of a flow both ends by the sensor's clock. */
interface Facts {
  readonly start: string;
  readonly device: string;
  readonly account: string;
  readonly domain: string;
  readonly process: string;
  readonly original_name: string;
  readonly folder: string;
  readonly company: string;
  /** The catalogue's: which program it is, its kind and place, whether renamed, whether an expected client. */
  readonly program: string;
  readonly program_kind: string;
  readonly program_place: string;
  readonly renamed: string;
  readonly expected: string;
  readonly sha256: string;
  readonly parent: string;
  readonly command_line: string;
  readonly host: string;
  readonly ip: string;
  readonly port: string;
  readonly sent: string;
  readonly received: string;
  /** By whom and of which layer the bytes were counted. */
  readonly counter: string;
  readonly service: string;
  readonly category: string;
  readonly sub_technique: string;
  readonly registrable: string;
  readonly fusion: string;
  readonly confidence: string;
  /** Whether the program was taken from another connection's event, as this one's own was not reported. */
  readonly inferred: string;
  /** Whether a row is one connection; others are what explains it. */
  readonly connection: string;
}

const none = "''";

const nothing: Facts = {
  start: '"Timestamp"',
  device: none,
  account: none,
  domain: none,
  process: none,
  original_name: none,
  folder: none,
  company: none,
  program: none,
  program_kind: none,
  program_place: none,
  renamed: 'NULL::BOOLEAN',
  expected: 'NULL::BOOLEAN',
  sha256: none,
  parent: none,
  command_line: none,
  host: none,
  ip: none,
  port: 'NULL::INTEGER',
  sent: 'NULL::BIGINT',
  received: 'NULL::BIGINT',
  counter: none,
  service: none,
  category: none,
  sub_technique: none,
  registrable: none,
  fusion: none,
  confidence: 'NULL::DOUBLE',
  inferred: 'false',
  connection: 'false',
};

/** Sensors also report a parent by its whole path (`\Device\HarddiskVolume3\Windows\explorer.exe`). */
function fileName(path: string): string {
  return `regexp_extract(${path}, '[^\\\\/]*$')`;
}

const factsOf: Readonly<Record<string, Partial<Facts>>> = {
  DeviceNetworkEvents: {
    start: 'coalesce("FlowStart", "Timestamp")',
    device: '"DeviceName"',
    account: `coalesce(nullif("AccountName", ''), "InitiatingProcessAccountName")`,
    domain: `CASE WHEN "AccountName" IN ('', "InitiatingProcessAccountName") THEN "InitiatingProcessAccountDomain" ELSE '' END`,
    process: '"InitiatingProcessFileName"',
    original_name: '"InitiatingProcessVersionInfoOriginalFileName"',
    folder: '"InitiatingProcessFolderPath"',
    company: '"InitiatingProcessVersionInfoCompanyName"',
    program: '"Program"',
    program_kind: '"ProgramKind"',
    program_place: '"ProgramPlace"',
    renamed: '"ProgramRenamed"',
    expected: '"ExpectedClient"',
    sha256: '"InitiatingProcessSHA256"',
    parent: fileName('"InitiatingProcessParentFileName"'),
    command_line: '"InitiatingProcessCommandLine"',
    host: `coalesce(nullif("RemoteHost", ''), nullif("RemoteUrl", ''), "RemoteIP")`,
    ip: '"RemoteIP"',
    port: '"RemotePort"',
    sent: '"BytesSent"',
    received: '"BytesReceived"',
    counter: '"BytesSource"',
    service: '"Service"',
    category: '"ServiceCategory"',
    sub_technique: '"SubTechnique"',
    registrable: '"RegistrableDomain"',
    fusion: '"Fusion"',
    confidence: '"FusionConfidence"',
    inferred: `("FusionRule" IN ('aggregated', 'continued') OR starts_with("FusionRule", 'repeated'))`,
    connection: 'true',
  },
  NetworkFlows: {
    start: 'coalesce("FlowStart", "Timestamp")',
    device: '"LocalIP"',
    account: '"AccountName"',
    host: '"RemoteIP"',
    ip: '"RemoteIP"',
    port: '"RemotePort"',
    sent: '"BytesSent"',
    received: '"BytesReceived"',
    counter: '"BytesSource"',
    fusion: "'flow'",
    connection: 'true',
  },
  DeviceProcessEvents: {
    device: '"DeviceName"',
    account: '"AccountName"',
    domain: '"AccountDomain"',
    process: '"FileName"',
    original_name: '"ProcessVersionInfoOriginalFileName"',
    folder: '"FolderPath"',
    sha256: '"SHA256"',
    parent: fileName('"InitiatingProcessFileName"'),
    command_line: '"ProcessCommandLine"',
    fusion: "'endpoint'",
  },
  DeviceFileEvents: {
    device: '"DeviceName"',
    account: '"InitiatingProcessAccountName"',
    domain: '"InitiatingProcessAccountDomain"',
    process: '"InitiatingProcessFileName"',
    original_name: '"InitiatingProcessVersionInfoOriginalFileName"',
    folder: '"InitiatingProcessFolderPath"',
    sha256: '"InitiatingProcessSHA256"',
    parent: fileName('"InitiatingProcessParentFileName"'),
    command_line: '"InitiatingProcessCommandLine"',
    fusion: "'endpoint'",
  },
  DnsEvents: {
    device: `coalesce(nullif("DeviceName", ''), "ClientIP")`,
    host: '"QueryName"',
    ip: '"ClientIP"',
  },
};

/** Whether a table's rows have an identity, which evidence can name. */
export function hasFacts(tableName: string): boolean {
  const table = publicTables.find(({ name }) => name === tableName);
  return table !== undefined && visibleColumns(table).some(({ name }) => name === 'EventId');
}

/** Rows of a table that the evidence (`detect_evidence`) names and that meet `where`, in the common form: `id`, the facts,
 *  `end`, and the values of the key columns as `key_0`, `key_1`… (text, `''` where the table has no such column). Those that
 *  are not named are left out before anything is made of them. */
export function factRows(tableName: string, keys: readonly string[], where: string): string {
  const table = publicTables.find(({ name }) => name === tableName);
  const names = new Set(table === undefined ? [] : visibleColumns(table).map(({ name }) => name));
  const facts = { ...nothing, ...factsOf[tableName] };
  const start = `least(${facts.start}, ${evidenceTime(tableName)})`;
  const columns = [
    '"EventId" AS id',
    ...Object.entries({ ...facts, start }).map(([name, sql]) => `${sql} AS ${name}`),
    `${evidenceTime(tableName)} AS "end"`,
    ...keys.map((key, index) => `${names.has(key) ? textOf(key) : none} AS key_${index}`),
  ];
  return `SELECT ${columns.join(', ')} FROM main.${sqlName(tableName)} AS source
    SEMI JOIN temp.detect_evidence AS evidence ON source."EventId" = evidence.id WHERE ${where}`;
}

/** A column of any type as text that is never null. */
export function textOf(column: string): string {
  return `coalesce(${sqlName(column)}::VARCHAR, '')`;
}

/** Result rows that name no row of the data (`detect_loose`), in the same form, with `key_0`, `key_1`… They carry what
 *  they call by the names of DeviceNetworkEvents and nothing else: never guessed, never counted as connections. Their
 *  bytes are no sum's: two runs may tell of the same ones. */
export function looseRows(keys: readonly string[]): string {
  const facts: Facts = {
    ...nothing,
    start: looseTime,
    device: looseText('DeviceName'),
    account: looseText('AccountName', 'InitiatingProcessAccountName'),
    process: looseText('InitiatingProcessFileName'),
    folder: looseText('InitiatingProcessFolderPath'),
    sha256: looseText('InitiatingProcessSHA256'),
    command_line: looseText('InitiatingProcessCommandLine'),
    host: looseText('RemoteHost', 'RemoteUrl', 'RemoteIP'),
    ip: looseText('RemoteIP'),
    service: looseText('Service'),
    category: looseText('ServiceCategory'),
  };
  const columns = [
    'md5(loose) AS id',
    ...Object.entries(facts).map(([name, sql]) => `${sql} AS ${name}`),
    `${looseTime} AS "end"`,
    ...keys.map((_, index) => `coalesce(result_key_${index}, '') AS key_${index}`),
    'moment AS fired_at',
  ];
  return `SELECT ${columns.join(', ')} FROM temp.detect_loose`;
}

/** The first of these columns that says something. */
function looseText(...names: readonly string[]): string {
  return `coalesce(${names.map((name) => `nullif(loose ->> '${name}', '')`).join(', ')}, '')`;
}

/** SQL of the time that such a result speaks of, over the columns `loose` and `moment`. */
export const looseTime = `coalesce(${['Timestamp', 'TimeGenerated', 'EvidenceTime']
  .map((name) => `try_cast(loose ->> '${name}' AS BIGINT)`)
  .join(', ')}, moment)`;
