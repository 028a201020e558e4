import { join } from 'node:path';

/** A place in the journal: the file's number, and bytes from its start. Files are read in the order of their numbers. */
export interface JournalPlace {
  readonly file: number;
  readonly offset: number;
}

export const journalStart: JournalPlace = { file: 0, offset: 0 };

/** Twelve digits: names sort as numbers do. */
export function journalFile(folder: string, file: number): string {
  return join(folder, `${String(file).padStart(12, '0')}.journal`);
}

/** The number of a file of the journal; undefined for any other name. */
export function fileNumber(name: string): number | undefined {
  const digits = /^(\d{12})\.journal$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
