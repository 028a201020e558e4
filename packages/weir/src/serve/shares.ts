import { type EngineLimits, isOutOfMemory } from '../engine/engine.ts';
import { UserError } from '../model/userError.ts';
import type { ServiceOptions } from './options.ts';

/** What each engine has of the memory that the config gives to all of them. They are apart, so that none takes from another:
 *  a rule that wants too much is told, and intake goes on. */
const shares = { intake: 0.2, fusion: 0.25, settling: 0.25, rules: 0.2, keeping: 0.15, inventory: 0.1 } as const;

/** Less than that, and a round of a few thousand rows does not fit. Engines take what they need, not what they may: not all
 *  of them are at their limit at once. */
const leastMb = 256;

/** Limits of an engine. Rules have two, a share each. */
export function memoryOf(
  { config: { engine } }: Pick<ServiceOptions, 'config'>,
  part: keyof typeof shares,
  spillDirectory: string,
): EngineLimits {
  return {
    memoryMb: Math.max(leastMb, Math.floor((engine.memory / 2 ** 20) * shares[part])),
    threads: engine.threads,
    spillDirectory,
  };
}

/** An error as it is told to who runs the service. What the engine itself advises on memory is of settings that nobody has
 *  here. */
export function explained(error: unknown): unknown {
  if (!isOutOfMemory(error)) return error;
  return new UserError(
    'ENGINE_MEMORY',
    'engine.memory',
    'its share of the memory is not enough for what it has to do at once: give the engines more (engine.memory in weir.yaml) and start the service anew',
    'Raise engine.memory in weir.yaml, and start the service anew. What has come is kept until then.',
  );
}
