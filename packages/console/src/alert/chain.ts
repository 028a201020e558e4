import type { Finding } from '../api/types.ts';

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

/** A program as rows of evidence tell it. A text is empty where it is not known. */
export interface Chain {
  readonly parent: string;
  readonly program: string;
  readonly folder: string;
  readonly account: string;
  readonly commandLine: string;
  /** Rows that tell it so. */
  readonly connections: number;
  /** One of the processes that these rows are of, and what started it; undefined where nothing tells it apart. */
  readonly process?: ProcessKey | undefined;
  readonly starter?: ProcessKey | undefined;
}

/** The different programs of a finding's rows with what started them, those of most connections first; where its rows tell of
 *  none, the one that the finding itself names. */
export function chainsOf(
  rows: readonly Row[],
  { entities, connections }: Pick<Finding, 'entities' | 'connections'>,
): Chain[] {
  const chains = new Map<string, Chain>();
  for (const row of rows) {
    const text = (name: string) => String(row[name] ?? '');
    const chain = {
      parent: text('InitiatingProcessParentFileName'),
      program: text('InitiatingProcessFileName'),
      folder: text('InitiatingProcessFolderPath'),
      account: text('AccountName'),
      commandLine: text('InitiatingProcessCommandLine'),
    };
    if (chain.program === '') continue;
    const key = JSON.stringify(chain);
    const before = chains.get(key);
    const of = before ?? { process: keyOf(row, entities.device), starter: starterOf(row, entities.device) };
    chains.set(key, { ...of, ...chain, connections: (before?.connections ?? 0) + 1 });
  }
  const { parentProcess: parent, process: program, processFolder: folder, account, commandLine } = entities;
  if (chains.size === 0 && program !== '') return [{ parent, program, folder, account, commandLine, connections }];
  return [...chains.values()].toSorted((a, b) => b.connections - a.connections);
}

/** The process that a row is of. */
export function keyOf(row: Row, device: string): ProcessKey | undefined {
  return keyFrom(row, device, ['InitiatingProcessUniqueId', 'InitiatingProcessId', 'InitiatingProcessCreationTime']);
}

/** What started it; sensors tell it by its number alone, or together with its start. */
export function starterOf(row: Row, device: string): ProcessKey | undefined {
  return keyFrom(row, device, ['', 'InitiatingProcessParentId', 'InitiatingProcessParentCreationTime']);
}

function keyFrom(row: Row, device: string, names: readonly [string, string, string]): ProcessKey | undefined {
  const [unique = '', id = '', started = ''] = names.map((name) => String(row[name] ?? ''));
  const key = { device: String(row.DeviceName ?? '') || device, unique, id, started, by: String(row.Timestamp ?? '') };
  const isApart = unique !== '' || (id !== '' && started !== '');
  return key.device !== '' && key.by !== '' && isApart ? key : undefined;
}
