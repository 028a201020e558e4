import { deviceFileEvents, deviceProcessEvents, type Table } from '../tables/index.ts';

/** What makes records of several endpoint sensors tell of the same, as SQL over a row. */
export interface Sameness {
  readonly table: Table;
  /** What it is, in the plural. */
  readonly what: string;
  readonly where: string;
  readonly time: string;
  /** Known of each, and equal. */
  readonly key: readonly string[];
  /** Equal as far as they are known (not null). */
  readonly agreeing: readonly [string, string];
}

/** A command line without its program, which one sensor writes as it was typed and another by its whole path: what follows
 *  the first mention of the file, else the first word. */
const commandArguments = String.raw`CASE WHEN "ProcessCommandLine" <> '' THEN hash(trim(regexp_replace(
  CASE WHEN contains(lower("ProcessCommandLine"), lower("FileName"))
    THEN ltrim(substr("ProcessCommandLine", instr(lower("ProcessCommandLine"), lower("FileName")) + length("FileName")), '"')
    ELSE regexp_replace("ProcessCommandLine", '^\s*("[^"]*"|\S+)', '') END, '\s+', ' ', 'g'))) END`;

const hashed = (text: string): string => `CASE WHEN ${text} <> '' THEN hash(lower(${text})) END`;

/** A number is given to another process as soon as its own has ended, so that a start is known by its program too, and by
 *  its parent and what it was started with. Of files it is the process, the whole path and what was done. */
export const startsAndFiles: readonly Sameness[] = [
  {
    table: deviceProcessEvents,
    what: 'process starts',
    where: `"ActionType" = 'ProcessCreated' AND "ProcessId" > 0 AND "FileName" <> ''`,
    time: 'coalesce("ProcessCreationTime", "Timestamp")',
    key: ['"ProcessId"', 'lower("FileName")'],
    agreeing: [commandArguments, 'nullif("InitiatingProcessId", 0)'],
  },
  {
    table: deviceFileEvents,
    what: 'file events',
    where: `"ActionType" <> '' AND "InitiatingProcessId" > 0 AND "FolderPath" <> ''`,
    time: '"Timestamp"',
    key: ['"ActionType"', '"InitiatingProcessId"', 'lower("FolderPath")'],
    agreeing: [hashed('"InitiatingProcessFileName"'), hashed('"SHA256"')],
  },
];
