import { columns, type DerivedColumn } from './column.ts';

/** Columns that Microsoft's tables share: who started it, as both published flavours name it. */
export const initiatingProcess = [
  ...columns('string', 'InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName'),
  ...columns('long', 'InitiatingProcessFileSize'),
  ...columns(
    'string',
    `InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
     InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
     InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription`,
  ),
  ...columns('long', 'InitiatingProcessId'),
  ...columns('string', 'InitiatingProcessCommandLine'),
  ...columns('datetime', 'InitiatingProcessCreationTime'),
  ...columns('string', 'InitiatingProcessFolderPath InitiatingProcessParentFileName'),
  ...columns('long', 'InitiatingProcessParentId'),
  ...columns('datetime', 'InitiatingProcessParentCreationTime'),
  ...columns(
    'string',
    `InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid
     InitiatingProcessAccountUpn InitiatingProcessAccountObjectId InitiatingProcessIntegrityLevel
     InitiatingProcessTokenElevation`,
  ),
];

export const remoteSession = [
  ...columns('long', 'InitiatingProcessSessionId'),
  ...columns('bool', 'IsInitiatingProcessRemoteSession'),
  ...columns('string', 'InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP'),
];

export const reporting = [
  ...columns('long', 'ReportId'),
  ...columns('string', 'AppGuardContainerId'),
  ...columns('dynamic', 'AdditionalFields'),
];

/** What only the Log Analytics flavour has, so that queries written for it resolve. */
export function logAnalyticsColumns(type: string): DerivedColumn[] {
  return [
    { name: 'TimeGenerated', type: 'datetime', sql: '"Timestamp"' },
    { name: 'TenantId', type: 'string', sql: "''" },
    { name: 'SourceSystem', type: 'string', sql: "''" },
    { name: 'Type', type: 'string', sql: `'${type}'` },
    { name: '_BilledSize', type: 'real', sql: 'NULL::DOUBLE' },
    { name: '_IsBillable', type: 'string', sql: "''" },
  ];
}
