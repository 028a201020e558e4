import { kqlText } from '../hunt/aboutAlert.ts';
import type { Chain } from './chain.ts';

type Row = Readonly<Record<string, unknown>>;

/** A process as logs tell it apart; a text is empty where it is not known. */
export interface ProcessKey {
  readonly device: string;
  /** The sensor's own id of it. */
  readonly unique: string;
  /** Its number, which others have before and after it, and when it started (ISO 8601). */
  readonly id: string;
  readonly started: string;
  /** It had started by then (ISO 8601). */
  readonly by: string;
}

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
${told}
`;
}

/** The row of a connection, as the logs have it now. */
export function connectionOf({ id, at }: NonNullable<Chain['event']>): string {
  return `DeviceNetworkEvents
| where Timestamp between (${moment(at)} - 1s .. ${moment(at)} + 1s) and EventId == ${kqlText(id)}
| take 1
${told}
`;
}

const told = `| project Timestamp, DeviceName, InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessAccountName,
  InitiatingProcessUniqueId, InitiatingProcessId, InitiatingProcessCreationTime, InitiatingProcessParentFileName,
  InitiatingProcessParentId, InitiatingProcessParentCreationTime`;

/** What started a program, what started that, and so on up, as far as starts are in the logs. `ask` gives the first row of
 *  an answer, undefined where there is none. */
export async function ancestorsOf(
  { parent, event }: Pick<Chain, 'parent' | 'event'>,
  ask: (kql: string) => Promise<Row | undefined>,
): Promise<Ancestor[]> {
  const found: Ancestor[] = [];
  const connection = event && (await ask(connectionOf(event)));
  let at = connection && keyOf(connection);
  // Where a process has no start of its own, another row may have told what stands above it.
  let above = { program: parent, key: connection && starterOf(connection) };
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
    at = keyOf(row);
    above = { program: text('InitiatingProcessParentFileName'), key: starterOf(row) };
  }
  return found;
}

function moment(iso: string): string {
  return `datetime(${iso.replace(/[^\dT:.Z-]/g, '')})`;
}

/** The process that a row is of. */
function keyOf(row: Row): ProcessKey | undefined {
  return keyFrom(row, ['InitiatingProcessUniqueId', 'InitiatingProcessId', 'InitiatingProcessCreationTime']);
}

/** What started it; sensors tell it by its number alone, or together with its start. */
function starterOf(row: Row): ProcessKey | undefined {
  return keyFrom(row, ['', 'InitiatingProcessParentId', 'InitiatingProcessParentCreationTime']);
}

function keyFrom(row: Row, names: readonly [string, string, string]): ProcessKey | undefined {
  const [unique = '', id = '', started = ''] = names.map((name) => String(row[name] ?? ''));
  const key = { device: String(row.DeviceName ?? ''), unique, id, started, by: String(row.Timestamp ?? '') };
  const isApart = unique !== '' || (id !== '' && started !== '');
  return key.device !== '' && key.by !== '' && isApart ? key : undefined;
}
