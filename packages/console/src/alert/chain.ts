import type { Finding } from '../api/types.ts';

type Row = Readonly<Record<string, unknown>>;

/** A program as rows of evidence tell it. A text is empty where it is not known. */
export interface Chain {
  readonly parent: string;
  readonly program: string;
  readonly folder: string;
  readonly account: string;
  readonly commandLine: string;
  /** Rows that tell it so. */
  readonly connections: number;
  /** One of these rows, by its id and its time (ISO 8601): the logs know more of it. */
  readonly event?: { readonly id: string; readonly at: string } | undefined;
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
    const event = before?.event ?? eventOf(row);
    chains.set(key, { ...chain, event, connections: (before?.connections ?? 0) + 1 });
  }
  const { parentProcess: parent, process: program, processFolder: folder, account, commandLine } = entities;
  if (chains.size === 0 && program !== '') return [{ parent, program, folder, account, commandLine, connections }];
  return [...chains.values()].toSorted((a, b) => b.connections - a.connections);
}

function eventOf({ EventId: id, Timestamp: at }: Row): Chain['event'] {
  return typeof id === 'string' && id !== '' && typeof at === 'string' ? { id, at } : undefined;
}
