import type { Planted } from './planted.ts';

/** What an intrusion looks like, whoever it is that does it: several groups that do the same are one behaviour. */
export type Behaviour = string;

const interpreters =
  /^(powershell|pwsh|cmd|wscript|cscript|mshta|python|python3|node|bash|sh|curl|wget|configsecuritypolicy)(\.exe)?$/i;
const transferTools = /rclone|megasync|megacmd|mega-put|azcopy|^aws(\.exe)?$|s3browser|restic|winscp/i;
const partsOfWindows = /^(svchost|rundll32|regsvr32|w3wp|dllhost)\.exe$/i;
const clients =
  /^(chrome|msedge|firefox|slack|discord|teams|ms-teams|onedrive|dropbox|googledrivefs|git-remote-https|git-lfs|git|gh|hvagent)(\.exe)?$/i;

/** Kind of service, kind of program and volume of what was sent. */
export function behaviourOf({ connections, scenario }: Planted): Behaviour {
  const most = connections.reduce((best, each) => (each.sent > best.sent ? each : best));
  const total = connections.reduce((all, { sent }) => all + sent, 0);
  const volume = total < 1_000_000 ? 'below 1 MB' : total < 100_000_000 ? '1 to 100 MB' : 'from 100 MB';
  return `${most.category || 'no known service'}, ${programKind(most.process, most.original)}, ${volume} (${scenario.technique})`;
}

function programKind(file: string, original: string): string {
  if (transferTools.test(file) || transferTools.test(original))
    return file.toLowerCase() === original.toLowerCase() ? 'transfer tool' : 'renamed tool';
  if (interpreters.test(file)) return 'interpreter';
  if (partsOfWindows.test(file)) return 'part of Windows';
  return clients.test(file) ? "a service's own client" : 'unknown program';
}
