import { kqlText } from '../hunt/aboutAlert.ts';
import { type Chain, keyOf, type ProcessKey, starterOf } from './chain.ts';

type Row = Readonly<Record<string, unknown>>;

/** What started a process, as the process's own start tells it. A text is empty where it is not known. */
export interface Ancestor {
  readonly program: string;
  readonly commandLine: string;
  readonly account: string;
}

/** So far up; whoever is further has started everything else too. */
export const ancestorsMost = 6;

/** The start of one process. A start is logged when it happens: where that is known, an hour around it is looked at, else
 *  the month before. */
export function startOf({ device, unique, id, started, by }: ProcessKey): string {
  const same = [
    ...(unique === '' ? [] : [`ProcessUniqueId == ${kqlText(unique)}`]),
    ...(id === '' || started === ''
      ? []
      : [`(ProcessId == ${BigInt(id)} and ProcessCreationTime == ${moment(started)})`]),
  ];
  const when =
    started === '' ? `${moment(by)} - 30d .. ${moment(by)}` : `${moment(started)} - 1h .. ${moment(started)} + 1h`;
  return `DeviceProcessEvents
| where Timestamp between (${when})
| where DeviceName =~ ${kqlText(device)} and (${same.join(' or ')})
| top 1 by Timestamp asc
| project Timestamp, DeviceName, InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessAccountName,
  InitiatingProcessUniqueId, InitiatingProcessId, InitiatingProcessCreationTime, InitiatingProcessParentFileName,
  InitiatingProcessParentId, InitiatingProcessParentCreationTime
`;
}

/** What started a program, what started that, and so on up, as far as starts are in the logs. `ask` gives the row of a
 *  start, undefined where none is there. */
export async function ancestorsOf(
  { parent, process, starter }: Pick<Chain, 'parent' | 'process' | 'starter'>,
  ask: (kql: string) => Promise<Row | undefined>,
): Promise<Ancestor[]> {
  const found: Ancestor[] = [];
  let at = process;
  // Where a process has no start of its own, another row may have told what stands above it.
  let above = { program: parent, key: starter };
  while (found.length < ancestorsMost) {
    const row = at && (await ask(startOf(at)));
    if (row === undefined) {
      if (above.program === '') break;
      found.push({ program: above.program, commandLine: '', account: '' });
      at = above.key;
      above = { program: '', key: undefined };
      continue;
    }
    const text = (name: string) => String(row[name] ?? '');
    const program = text('InitiatingProcessFileName');
    if (program === '') break;
    found.push({
      program,
      commandLine: text('InitiatingProcessCommandLine'),
      account: text('InitiatingProcessAccountName'),
    });
    const { device = '' } = at ?? {};
    at = keyOf(row, device);
    above = { program: text('InitiatingProcessParentFileName'), key: starterOf(row, device) };
  }
  return found;
}

function moment(iso: string): string {
  return `datetime(${iso.replace(/[^\dT:.Z-]/g, '')})`;
}
