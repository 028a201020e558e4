import { formats } from '../normalize/formats.ts';
import { exitCodes } from './failure.ts';

/** `weir sources`: the registry of formats as people or programs read it. */
export function runSources({ format }: { format: 'table' | 'json' }): number {
  if (format === 'json')
    process.stdout.write(
      `${JSON.stringify(
        formats.map(({ id, title, gives, lacks }) => ({ id, title, gives, lacks })),
        null,
        2,
      )}\n`,
    );
  return exitCodes.done;
}
