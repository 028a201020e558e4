import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nothingReadable } from '../model/input.ts';
import { tunedText } from '../tune/asText.ts';
import { tuneLogs } from '../weir.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { keptDirectory } from './keptDirectory.ts';
import { progressLine } from './progress.ts';
import { checkWritable } from './reportFile.ts';
import { print, tell, terminal } from './stdio.ts';
import { presentTicks } from './time.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface TuneFlags {
  readonly rule?: string[];
  readonly inventory?: string;
  readonly verdicts?: string;
  readonly write?: string;
}

/** `weir tune`: gives the exit code. */
export async function runTune(
  paths: readonly string[],
  { rule, inventory, verdicts, write }: TuneFlags,
): Promise<number> {
  if (write !== undefined) await checkWritable(write);
  const content = contentDirectory();
  const progress = progressLine();
  const { tuned, inputs } = await withWorkDirectory((workDirectory) =>
    tuneLogs({
      paths,
      stdin: process.stdin,
      content,
      workDirectory,
      kept: keptDirectory(),
      rules: rule ?? [join(content, 'rules')],
      now: presentTicks(),
      ...(inventory === undefined ? {} : { inventory }),
      ...(verdicts === undefined ? {} : { verdicts }),
      onProgress: progress.show,
    }),
  ).finally(progress.stop);
  await print(tunedText(tuned, terminal()));
  if (write !== undefined && tuned.yaml !== '') {
    await writeFile(write, tuned.yaml);
    tell(`exceptions: ${write}; name their owners, then weir scan LOGS --exceptions ${write}`);
  } else if (tuned.yaml !== '') tell('nothing was written; --write FILE writes them as a file of exceptions');
  return nothingReadable(inputs) ? exitCodes.usage : exitCodes.done;
}
