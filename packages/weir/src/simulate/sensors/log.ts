import type { Recorder } from '../story.ts';
import type { Micros } from '../time.ts';

/** A log that a sensor wrote: as the file that people have, or as JSON records, one a line, that are sent on. */
export interface Log {
  /** Its file below the output folder. */
  readonly file: string;
  readonly text: string;
  readonly records: number;
}

export type LogForm = 'files' | 'records';

/** Something that sees a story and writes logs. */
export interface Sensor extends Recorder {
  logs(form: LogForm): Log[];
}

/** Rows in the order in which they are written; rows of one moment stay as they were given. */
export class Rows<Row> {
  readonly #rows: { readonly at: Micros; readonly row: Row }[] = [];

  add(at: Micros, row: Row): void {
    this.#rows.push({ at, row });
  }

  get inOrder(): readonly { readonly at: Micros; readonly row: Row }[] {
    return this.#rows.toSorted((a, b) => a.at - b.at);
  }

  get count(): number {
    return this.#rows.length;
  }
}
