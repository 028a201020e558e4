import { fileName } from '../sql/path.ts';

/** `DOMAIN\name`, or a name alone, as Linux has it. */
const domain = (user: string): string => String.raw`regexp_extract(${user}, '^(.*)\\[^\\]*$', 1)`;
const account = (user: string): string => String.raw`regexp_extract(${user}, '[^\\]*$')`;

/** `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`, or one hash alone. */
const hash = (name: string, digits: number): string =>
  `lower(regexp_extract("Hashes", '(?:^|,)${name}=([0-9A-Fa-f]{${digits}})(?:,|$)', 1))`;

/** The process of a connection, name or file event. */
export const initiatingProcess = {
  InitiatingProcessFileName: fileName('"Image"'),
  InitiatingProcessFolderPath: '"Image"',
  InitiatingProcessId: 'TRY_CAST("ProcessId" AS BIGINT)',
  InitiatingProcessAccountDomain: domain('"User"'),
  InitiatingProcessAccountName: account('"User"'),
  InitiatingProcessUniqueId: '"ProcessGuid"',
};

/** Sysmon's event 1. */
export const processColumns: Record<string, string> = {
  Timestamp: 'ticks',
  DeviceName: 'device',
  ActionType: `'ProcessCreated'`,
  FileName: fileName('"Image"'),
  FolderPath: '"Image"',
  SHA1: hash('SHA1', 40),
  SHA256: hash('SHA256', 64),
  MD5: hash('MD5', 32),
  ProcessVersionInfoCompanyName: '"Company"',
  ProcessVersionInfoProductName: '"Product"',
  ProcessVersionInfoOriginalFileName: '"OriginalFileName"',
  ProcessVersionInfoFileDescription: '"Description"',
  ProcessId: 'TRY_CAST("ProcessId" AS BIGINT)',
  ProcessCommandLine: '"CommandLine"',
  ProcessIntegrityLevel: '"IntegrityLevel"',
  ProcessCreationTime: 'ticks',
  AccountDomain: domain('"User"'),
  AccountName: account('"User"'),
  // Windows writes it in hexadecimal, Linux in decimal.
  LogonId: 'TRY_CAST("LogonId" AS BIGINT)',
  ProcessUniqueId: '"ProcessGuid"',
  InitiatingProcessFileName: fileName('"ParentImage"'),
  InitiatingProcessFolderPath: '"ParentImage"',
  InitiatingProcessId: 'TRY_CAST("ParentProcessId" AS BIGINT)',
  InitiatingProcessCommandLine: '"ParentCommandLine"',
  InitiatingProcessAccountDomain: domain('"ParentUser"'),
  InitiatingProcessAccountName: account('"ParentUser"'),
  InitiatingProcessUniqueId: '"ParentProcessGuid"',
  EventId: 'id',
};

/** Sysmon's event 11. */
export const fileColumns: Record<string, string> = {
  Timestamp: 'ticks',
  DeviceName: 'device',
  ActionType: `'FileCreated'`,
  FileName: fileName('"TargetFilename"'),
  FolderPath: '"TargetFilename"',
  ...initiatingProcess,
  EventId: 'id',
};
