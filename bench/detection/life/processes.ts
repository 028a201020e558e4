import { sqlName } from '../../../packages/weir/src/engine/sql.ts';
import type { Lake } from '../../../packages/weir/src/lake/lake.ts';
import { deviceFileEvents, deviceProcessEvents } from '../../../packages/weir/src/tables/index.ts';
import { processFacts } from './facts.ts';

/** Appends what endpoints tell of programs that start and of files that they write. Of programs that start alike every day
 *  they report only part. */
export async function writeProcesses(lake: Lake): Promise<void> {
  await write(
    lake,
    deviceProcessEvents,
    processColumns,
    `SELECT machine, program, command, pid, created, account, min(id) AS id, created AS at FROM life_connection
     GROUP BY machine, program, command, pid, created, account`,
    `(e.command IS NOT NULL OR hash(e.id, 81) % 2 = 0) AND e.at >= (SELECT min(starts) FROM life_day)`,
  );
  await write(
    lake,
    deviceFileEvents,
    fileColumns,
    'SELECT *, starts AS at FROM life_connection WHERE writes IS NOT NULL',
    'true',
  );
}

async function write(
  lake: Lake,
  table: typeof deviceProcessEvents,
  columns: Readonly<Record<string, string>>,
  rows: string,
  where: string,
): Promise<void> {
  const select = Object.entries(columns).map(([name, sql]) => `${sql} AS ${sqlName(name)}`);
  await lake.append(
    table,
    `SELECT ${select.join(', ')} FROM (${rows}) e JOIN life_machine m ON m.number = e.machine JOIN life_program p ON p.number = e.program
     WHERE m.sensor AND ${where}`,
    Object.keys(columns),
  );
}

const facts = (name: string): string => processFacts[`InitiatingProcess${name}`] ?? "''";
const stamped = 'e.at + (1000 + hash(e.id, 82) % 89000)::BIGINT * 10 + m.skew';
const report = '1000 + (hash(e.id, 83) % 118000)::BIGINT';
const eventId = (action: string): string =>
  `'mde:' || md5(concat_ws('|', lower(m.name), ${stamped}, ${report}, '${action}'))`;

const account = {
  AccountDomain: facts('AccountDomain'),
  AccountName: facts('AccountName'),
  AccountSid: facts('AccountSid'),
  AccountUpn: facts('AccountUpn'),
  AccountObjectId: facts('AccountObjectId'),
};

const processColumns = {
  Timestamp: stamped,
  DeviceId: 'm.device_id',
  DeviceName: 'm.name',
  ActionType: `'ProcessCreated'`,
  FileName: 'p.file',
  FolderPath: facts('FolderPath'),
  SHA1: 'p.sha1',
  SHA256: 'p.sha256',
  MD5: 'p.md5',
  FileSize: 'p.size',
  ProcessVersionInfoCompanyName: 'p.company',
  ProcessVersionInfoProductName: 'p.product',
  ProcessVersionInfoProductVersion: 'p.version',
  ProcessVersionInfoInternalFileName: 'p.file',
  ProcessVersionInfoOriginalFileName: 'p.original',
  ProcessVersionInfoFileDescription: 'p.description',
  ProcessId: 'e.pid',
  ProcessCommandLine: facts('CommandLine'),
  ProcessCreationTime: 'e.created + m.skew',
  ...account,
  InitiatingProcessFileName: 'p.parent',
  ...Object.fromEntries(
    ['AccountDomain', 'AccountName', 'AccountSid', 'AccountUpn', 'AccountObjectId'].map((name) => [
      `InitiatingProcess${name}`,
      facts(name),
    ]),
  ),
  ReportId: report,
  EventId: eventId('ProcessCreated'),
};

const path = `replace(e.writes, '{user}', m.user_name)`;

const fileColumns = {
  Timestamp: stamped,
  DeviceId: 'm.device_id',
  DeviceName: 'm.name',
  ActionType: `'FileCreated'`,
  FileName: `regexp_extract(${path}, '[^\\\\/]+$')`,
  FolderPath: path,
  SHA256: `sha256(e.id)`,
  FileSize: 'e.sent',
  ...processFacts,
  InitiatingProcessCreationTime: 'e.created + m.skew',
  ReportId: report,
  EventId: eventId('FileCreated'),
};
