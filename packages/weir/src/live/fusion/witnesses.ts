import { rm } from 'node:fs/promises';
import type { Engine } from '../../engine/engine.ts';
import { askClocks, type FuseOptions } from '../../fuse/fuse.ts';
import { Lake } from '../../lake/lake.ts';
import type { Table } from '../../tables/index.ts';
import type { Span } from '../snapshot.ts';
import { gatherClockRows } from './clockRows.ts';
import { type Clocks, learnClocks, spreadOf, tellClocks } from './clocks.ts';
import type { Known } from './known.ts';
import type { ClockOffset } from './remembered.ts';
import { plan } from './settling.ts';

/** What is asked of the rows around a span. */
export interface Asking {
  readonly engine: Engine;
  /** A folder that is not there yet, for scratch. */
  readonly directory: string;
  /** SQL of a table's rows in a span, and of those that came in finished. */
  readonly rows: (table: Table, span: Span) => string;
  readonly finished: (span: Span) => string | undefined;
  readonly known: Known;
  readonly options: Pick<FuseOptions, 'catalogue' | 'inventory'>;
  /** What days said of clocks when they were settled. */
  readonly said: readonly ClockOffset[];
  /** What the spread of the clocks there is taken for. */
  readonly spread: bigint;
}

export interface Witnessed extends ReturnType<typeof plan> {
  /** Right for all of `days`. */
  readonly clocks: Clocks;
  readonly spread: bigint;
}

/** What the rows around a span tell of clocks, which takes a few columns of days, and with that what of the span's own hours
 *  is to be read whole. Leaves `fusion_repeated` (`gatherClockRows`). */
export async function askAround(span: Span, asking: Asking): Promise<Witnessed> {
  const { engine, directory, rows, finished, known, options, said } = asking;
  for (let { spread } = asking; ; ) {
    const planned = plan(span, spread);
    const lake = await Lake.create(engine, directory);
    try {
      await gatherClockRows(lake, (table) => rows(table, planned.witnesses), finished(planned.witnesses));
      // Of the days beside those that all rows are there of: they may lend theirs to these.
      const offsets = said.filter(({ day }) => day === planned.days.from - 1n || day === planned.days.until + 1n);
      const beyond = known.beyond(await tellClocks(engine, { offsets }));
      const clocks = await askClocks(lake, { ...options, beyond }, learnClocks);
      const found = spreadOf(clocks, planned.days);
      if (found <= spread) return { ...planned, clocks, spread: found };
      spread = found;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}
