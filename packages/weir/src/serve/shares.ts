import type { EngineLimits } from '../engine/engine.ts';
import type { ServiceOptions } from './options.ts';

/** What each engine has of the memory that the config gives to all of them. They are apart, so that none takes from another:
 *  a rule that wants too much is told, and intake goes on. */
const shares = { intake: 0.2, fusion: 0.1, settling: 0.15, rules: 0.2, keeping: 0.1, inventory: 0.05 } as const;

/** Limits of an engine. Rules have two, a share each. */
export function memoryOf(
  { config: { engine } }: Pick<ServiceOptions, 'config'>,
  part: keyof typeof shares,
  spillDirectory: string,
): EngineLimits {
  return {
    memoryMb: Math.max(64, Math.floor((engine.memory / 2 ** 20) * shares[part])),
    threads: engine.threads,
    spillDirectory,
  };
}
