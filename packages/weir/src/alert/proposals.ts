import type { Finding } from '../model/finding.ts';
import { bytes } from '../report/format.ts';

/** An exception that a person could make of an alert that is normal here. */
export interface AlertProposal {
  readonly name: string;
  readonly when: string;
  /** What it holds fast, and what it leaves open. */
  readonly why: string;
}

type Part = readonly [condition: string, says: string];

/** Exceptions for what an alert tells, from narrow to wide: its device and account; its device; any device. All hold fast the
 *  program under its own name, where it lies and where it sends to, and how much. None where the program or the place that it
 *  sends to is not known: what is left would hide strangers too. `quoted` writes a text as KQL does. */
export function proposalsFor(finding: Finding, quoted: (text: string) => string): AlertProposal[] {
  const { device, account, process, processFolder, parentProcess, destination } = finding.entities;
  const { service, bytesSent } = finding;
  if (process === '' || (destination === '' && service === '')) return [];
  const folder = processFolder.toLowerCase().endsWith(process.toLowerCase())
    ? processFolder.slice(0, -process.length)
    : processFolder;
  const name = (value: string, column: string, says: string): Part[] =>
    value === '' ? [] : [[`${column} =~ ${quoted(value)}`, says]];
  const amount = (times: bigint): Part[] =>
    bytesSent === null
      ? []
      : [[`BytesSent <= ${(bytesSent * times) / 2n}`, `at most ${bytes((bytesSent * times) / 2n)}`]];
  const program: Part[] = [
    ...name(process, 'Process', process),
    ...(folder === '' ? [] : [[`FolderPath startswith ${quoted(folder)}`, `in ${folder}`] as const]),
    ['ProgramRenamed != true', 'under its own name'],
  ];
  const to =
    destination === ''
      ? name(service, 'Service', `to ${service}`)
      : name(destination, 'RemoteHost', `to ${destination}`);
  const [own, any] = [name(device, 'DeviceName', `on ${device}`), name(account, 'AccountName', `as ${account}`)];
  const widths: readonly (readonly [string, readonly Part[]])[] = [
    [
      'this account on this device',
      [
        ...program,
        ...name(parentProcess, 'ParentProcess', `started by ${parentProcess}`),
        ...to,
        ...own,
        ...any,
        ...amount(3n),
      ],
    ],
    ['this device', [...program, ...to, ...own, ...amount(4n)]],
    ['any device', [...program, ...to, ...amount(6n)]],
  ];
  const seen = new Set<string>();
  return widths.flatMap(([width, parts]) => {
    const when = parts.map(([condition]) => condition).join('\nand ');
    if (seen.has(when)) return [];
    seen.add(when);
    const why = `${width}: ${parts.map(([, says]) => says).join(', ')}`;
    return [{ name: `${process} sends to ${destination || service} (${width})`.slice(0, 200), when, why }];
  });
}
