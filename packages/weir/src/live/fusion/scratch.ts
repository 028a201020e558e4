import { rm } from 'node:fs/promises';
import { afterwards } from '../../engine/afterwards.ts';
import type { Engine } from '../../engine/engine.ts';
import { Lake } from '../../lake/lake.ts';

export interface Scratch {
  readonly engine: Engine;
  /** A folder that is not there yet. */
  readonly directory: string;
  /** Tables that the work makes in the engine, as SQL names them. */
  readonly made: readonly string[];
}

/** Runs `work` over an empty lake, of which nothing is left afterwards: of the folder not even where the engine failed for
 *  good, for a disk that was full would stay so.
 *  @throws what `work` throws, or else what taking it all away does */
export function inScratch<Result>(
  { engine, directory, made }: Scratch,
  work: (scratch: Lake) => Promise<Result>,
): Promise<Result> {
  const drop = made.map((name) => `DROP TABLE IF EXISTS ${name}`).join('; ');
  const inside = async () => work(await Lake.create(engine, directory));
  return afterwards(
    () => afterwards(inside, () => engine.run(drop)),
    () => rm(directory, { recursive: true, force: true }),
  );
}
