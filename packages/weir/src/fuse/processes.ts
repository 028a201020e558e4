import { sqlName } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import { deviceProcessEvents } from '../tables/index.ts';
import { deviceKey } from './devices.ts';

/** Endpoint rows with what the start of their process told: `fuse_endpoint_rows_told`, or `rows` itself where none lacks it.
 *
 *  Sysmon and Elastic say of a connection only which process it was, by an id of one device, and once, when the process
 *  started, its command line, parent and hashes. What a row says itself stays. Of several starts under one id the first,
 *  by time and EventId. Certain: the ids are made to be unique. */
export async function tellProcesses(lake: Lake, rows: string): Promise<string> {
  const { engine } = lake;
  if (lake.count(deviceProcessEvents) === 0) {
    await engine.run('CREATE OR REPLACE TABLE fusion.fuse_process (device VARCHAR, id VARCHAR)');
    return rows;
  }
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_process AS
     SELECT * FROM (
       SELECT ${deviceKey('')} AS device, "ProcessUniqueId" AS id, "Timestamp" AS started, "EventId" AS event,
         ${Object.entries(told).map(([column, of]) => `${sqlName(of)} AS ${sqlName(column)}`)}
       FROM "DeviceProcessEvents" WHERE "ProcessUniqueId" <> '')
     SEMI JOIN (
       SELECT DISTINCT ${deviceKey('')} AS device, "InitiatingProcessUniqueId" AS id
       FROM ${rows} WHERE ${untold('')}) USING (device, id)
     QUALIFY row_number() OVER (PARTITION BY device, id ORDER BY started, event) = 1`,
  );
  const [known] = await engine.rows('FROM fuse_process LIMIT 1');
  if (known === undefined) return rows;
  const completed = Object.keys(told).map((column) => {
    const [own, other] = [`e.${sqlName(column)}`, `p.${sqlName(column)}`];
    const value = numbers.has(column)
      ? `coalesce(${own}, ${other})`
      : `CASE WHEN ${own} <> '' OR p.id IS NULL THEN ${own} ELSE ${other} END`;
    return `${value} AS ${sqlName(column)}`;
  });
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_endpoint_rows_told AS
     SELECT e.* REPLACE (${completed.join(', ')})
     FROM ${rows} e
     LEFT JOIN fuse_process p ON p.device = ${deviceKey('e.')}
       AND p.id = CASE WHEN ${untold('e.')} THEN e."InitiatingProcessUniqueId" END`,
  );
  return 'fuse_endpoint_rows_told';
}

const untold = (prefix: string): string =>
  `${prefix}"InitiatingProcessUniqueId" <> '' AND ${prefix}"InitiatingProcessCommandLine" = ''`;

/** Columns of a connection, and those of its process's start that say the same. */
const told: Readonly<Record<string, string>> = {
  InitiatingProcessSHA1: 'SHA1',
  InitiatingProcessSHA256: 'SHA256',
  InitiatingProcessMD5: 'MD5',
  InitiatingProcessFileName: 'FileName',
  InitiatingProcessFileSize: 'FileSize',
  InitiatingProcessVersionInfoCompanyName: 'ProcessVersionInfoCompanyName',
  InitiatingProcessVersionInfoProductName: 'ProcessVersionInfoProductName',
  InitiatingProcessVersionInfoProductVersion: 'ProcessVersionInfoProductVersion',
  InitiatingProcessVersionInfoInternalFileName: 'ProcessVersionInfoInternalFileName',
  InitiatingProcessVersionInfoOriginalFileName: 'ProcessVersionInfoOriginalFileName',
  InitiatingProcessVersionInfoFileDescription: 'ProcessVersionInfoFileDescription',
  InitiatingProcessId: 'ProcessId',
  InitiatingProcessCommandLine: 'ProcessCommandLine',
  InitiatingProcessCreationTime: 'ProcessCreationTime',
  InitiatingProcessFolderPath: 'FolderPath',
  InitiatingProcessParentFileName: 'InitiatingProcessFileName',
  InitiatingProcessParentId: 'InitiatingProcessId',
  InitiatingProcessParentCreationTime: 'InitiatingProcessCreationTime',
  InitiatingProcessAccountDomain: 'AccountDomain',
  InitiatingProcessAccountName: 'AccountName',
  InitiatingProcessAccountSid: 'AccountSid',
  InitiatingProcessAccountUpn: 'AccountUpn',
  InitiatingProcessAccountObjectId: 'AccountObjectId',
  InitiatingProcessIntegrityLevel: 'ProcessIntegrityLevel',
  InitiatingProcessTokenElevation: 'ProcessTokenElevation',
};

/** The columns that a row may have of its process's start. */
export const toldOfProcess: ReadonlySet<string> = new Set(Object.keys(told));

const numbers = new Set([
  'InitiatingProcessFileSize',
  'InitiatingProcessId',
  'InitiatingProcessCreationTime',
  'InitiatingProcessParentId',
  'InitiatingProcessParentCreationTime',
]);
