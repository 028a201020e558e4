import { fullPath, type Program } from '../program.ts';
import type { Random } from '../random.ts';
import type { DefenderRow } from '../render/defender.ts';
import type { Account, Process } from '../story.ts';

/** The columns that describe the process behind a connection. Times are as the device's clock showed them. */
export function initiating(process: Process, created: string, parentCreated: string, random: Random): DefenderRow {
  const { program, account } = process;
  const path = fullPath(program, account.name);
  return {
    ...file('InitiatingProcess', program),
    InitiatingProcessFileName: random.chance(0.05) ? program.file.toLowerCase() : program.file,
    InitiatingProcessFileSize: program.size,
    InitiatingProcessId: process.id,
    InitiatingProcessCommandLine: process.commandLine,
    InitiatingProcessCreationTime: created,
    InitiatingProcessFolderPath: random.chance(0.85) ? path.toLowerCase() : path,
    InitiatingProcessParentFileName: random.chance(0.03)
      ? `\\Device\\HarddiskVolume3\\Windows\\${process.parentFile}`
      : process.parentFile,
    InitiatingProcessParentId: process.parentId,
    InitiatingProcessParentCreationTime: parentCreated,
    ...initiatingAccount(account),
    ...rights('InitiatingProcess', process),
  };
}

/** The columns of a process that has just begun, and of its parent. */
export function started(process: Process, created: string, parentCreated: string): DefenderRow {
  const { program, account, parent } = process;
  return {
    FileName: program.file,
    FolderPath: fullPath(program, account.name),
    ...file('', program),
    FileSize: program.size,
    ProcessId: process.id,
    ProcessCommandLine: process.commandLine,
    ...rights('Process', process),
    ProcessCreationTime: created,
    AccountDomain: account.domain,
    AccountName: account.name,
    AccountSid: account.sid,
    AccountUpn: account.upn || null,
    AccountObjectId: account.objectId || null,
    LogonId: account.name === 'system' ? 999 : 411_877,
    ...initiatingAccount(account),
    ...(parent === null ? {} : file('InitiatingProcess', parent.program)),
    InitiatingProcessFileName: process.parentFile,
    InitiatingProcessId: process.parentId,
    InitiatingProcessCommandLine: parent?.commandLine ?? process.parentFile,
    InitiatingProcessCreationTime: parentCreated,
  };
}

function file(prefix: '' | 'InitiatingProcess', program: Program): DefenderRow {
  const version = `${prefix || 'Process'}VersionInfo`;
  return {
    [`${prefix}SHA1`]: program.sha1,
    [`${prefix}SHA256`]: program.sha256,
    [`${prefix}MD5`]: program.md5,
    [`${version}CompanyName`]: program.company || null,
    [`${version}ProductName`]: program.product || null,
    [`${version}ProductVersion`]: program.company === '' ? null : program.version,
    [`${version}InternalFileName`]: program.original || null,
    [`${version}OriginalFileName`]: program.original || null,
    [`${version}FileDescription`]: program.description || null,
  };
}

function initiatingAccount(account: Account): DefenderRow {
  return {
    InitiatingProcessAccountDomain: account.domain,
    InitiatingProcessAccountName: account.name,
    InitiatingProcessAccountSid: account.sid,
    InitiatingProcessAccountUpn: account.upn || null,
    InitiatingProcessAccountObjectId: account.objectId || null,
  };
}

function rights(prefix: 'Process' | 'InitiatingProcess', process: Process): DefenderRow {
  const system = process.account.name === 'system';
  return {
    [`${prefix}IntegrityLevel`]: system ? 'System' : process.elevated ? 'High' : 'Medium',
    [`${prefix}TokenElevation`]: system
      ? 'TokenElevationTypeDefault'
      : process.elevated
        ? 'TokenElevationTypeFull'
        : 'TokenElevationTypeLimited',
  };
}
