import { at, constantInteger, isTicks } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { remainder } from '../operators/arithmetic.ts';
import { int64, long, once, text, unless } from './values.ts';

/** xxHash64 of a text's bytes in UTF-8, of a whole number's eight bytes. */
function hashed(arg: Arg, call: CallContext): string {
  if (arg.type === 'string') return `reinterpretAsInt64(xxHash64(${text(arg)}))`;
  if (arg.type === 'long' || isTicks(arg.type)) {
    return once(
      long(arg),
      '_kql_v',
      (v) => `if(isNull(${v}), NULL, reinterpretAsInt64(xxHash64(reinterpretAsFixedString(assumeNotNull(${v})))))`,
    );
  }
  return call.refuse(
    `${call.name} of a ${arg.type}`,
    'which bytes Kusto takes of it is not documented: use hash_sha256, or tostring(…) or tolong(…) inside',
  );
}

/** `hash(value[, mod])`. How a negative hash is brought below `mod` is not documented: a power of two gives the same by
 *  every reading, and a constant text has a hash that can be looked at. */
const hash: ScalarFunction = {
  emit(args, call) {
    const value = hashed(at(args, 0), call);
    if (args[1] === undefined) return value;
    const mod = constantInteger(args[1]);
    if (mod === undefined || mod <= 0n) return call.refuse(`${call.name} needs a constant mod above 0`);
    if ((mod & (mod - 1n)) === 0n) return remainder(value, int64(mod), mod);
    if (at(args, 0).constant === undefined)
      return call.refuse(`${call.name} modulo ${mod} is not documented for negative hashes`, 'take a power of two');
    return once(value, '_kql_n', (n) =>
      unless(`${n} < 0`, `WK002: ${call.name}: the hash is negative`, `${n} % ${int64(mod)}`),
    );
  },
  nullable: (args) => at(args, 0).nullable || args[1] !== undefined,
};

export const hashFunctions: Readonly<Record<string, ScalarFunction>> = { hash, hash_xxhash64: hash };
