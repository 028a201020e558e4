import { join } from 'node:path';
import { ticksPerSecond } from '@weir/kql/types';
import { emptyOf } from '../explain/ask.ts';
import { rowsOf } from '../explain/rows.ts';
import { huntText, listText, resultText } from '../hunts/asText.ts';
import type { Hunt } from '../hunts/hunt.ts';
import { huntCalled, loadHunts } from '../hunts/load.ts';
import { nothingReadable } from '../model/input.ts';
import { UserError } from '../model/userError.ts';
import { type QueryFormat, renderQueryResult } from '../report/queryResult.ts';
import { weirSchema } from '../tables/index.ts';
import { dataSpan, read } from '../weir.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { progressLine } from './progress.ts';
import { print, terminal } from './stdio.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface HuntFlags {
  readonly inventory?: string;
  readonly format: QueryFormat;
}

/** Rows that a person is shown; programs get all. */
const rowsShown = 50;

/** `weir hunt`: the list, all about one, or its rows in logs. Gives the exit code. */
export async function runHunt(name: string | undefined, logs: readonly string[], flags: HuntFlags): Promise<number> {
  const folder = join(contentDirectory(), 'hunts');
  if (name === undefined) {
    await print(listText(await loadHunts(folder), terminal()));
    return exitCodes.done;
  }
  const hunt = await huntCalled(name, folder);
  if (logs.length > 0) return await hunted(hunt, logs, flags);
  if (flags.format !== 'table') {
    throw new UserError('DATA_MISSING', 'weir hunt', 'there are no logs to hunt in', `weir hunt ${hunt.name} ./logs`);
  }
  await print(huntText(hunt, terminal()));
  return exitCodes.done;
}

async function hunted(hunt: Hunt, logs: readonly string[], { inventory, format }: HuntFlags): Promise<number> {
  const progress = progressLine();
  return await withWorkDirectory((workDirectory) =>
    read(
      {
        paths: logs,
        stdin: process.stdin,
        content: contentDirectory(),
        workDirectory,
        ...(inventory === undefined ? {} : { inventory }),
        onProgress: progress.show,
      },
      async ({ lake, inputs }) => {
        const { until } = await dataSpan(lake);
        // The first whole second that sees all of the data, as for a bare query.
        const now = until === null ? 0n : ((until + ticksPerSecond - 1n) / ticksPerSecond) * ticksPerSecond;
        const most = format === 'table' ? rowsShown : Number.MAX_SAFE_INTEGER;
        const rows = await rowsOf(lake.engine, hunt.query, { schema: weirSchema, now, most });
        progress.stop();
        if (format === 'table') {
          const empty = await emptyOf(lake.engine, rows.plan);
          await print(await resultText(hunt, rows, { until, empty }, terminal()));
        } else
          for await (const part of renderQueryResult(rows.columns, [rows.rows], format, terminal())) await print(part);
        return nothingReadable(inputs) ? exitCodes.usage : exitCodes.done;
      },
    ),
  ).finally(progress.stop);
}
