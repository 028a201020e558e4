import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { remainder } from '../operators/arithmetic.ts';
import { at, bigint, constantInteger, isTicks, long, once, text } from './values.ts';

/** xxHash64 with the seed 0, in SQL over UHUGEINT: the product of two words of 64 bits fits in its 128. */
const mask = '18446744073709551615::UHUGEINT';
const [p1, p2, p3, p4, p5] = [
  11400714785074694791n,
  14029467366897019727n,
  1609587929392839161n,
  9650029242287828579n,
  2870177450012600261n,
].map((prime) => `${prime}::UHUGEINT`) as [string, string, string, string, string];

const low = (sql: string) => `((${sql}) & ${mask})`;

function rotated(sql: string, by: number): string {
  return once(
    sql,
    `_kql_r${by}`,
    (x) => `(((${x} * ${1n << BigInt(by)}::UHUGEINT) & ${mask}) + ${x} // ${1n << BigInt(64 - by)}::UHUGEINT)`,
  );
}

const round = (lane: string, word: string) => low(`${rotated(low(`${lane} + ${word} * ${p2}`), 31)} * ${p1}`);
const none = '0::UHUGEINT';

/** The steps behind the stripes of 32 bytes: whole words, half a word, single bytes. */
const step = {
  word: (h: string, x: string) => low(`${rotated(`xor(${h}, ${round(none, x)})`, 27)} * ${p1} + ${p4}`),
  half: (h: string, x: string) => low(`${rotated(`xor(${h}, ${low(`${x} * ${p1}`)})`, 23)} * ${p2} + ${p3}`),
  byte: (h: string, x: string) => low(`${rotated(`xor(${h}, ${low(`${x} * ${p5}`)})`, 11)} * ${p1}`),
};

function avalanche(sql: string): string {
  return once(sql, '_kql_h', (h) =>
    once(low(`xor(${h}, ${h} // ${1n << 33n}) * ${p2}`), '_kql_g', (g) =>
      once(low(`xor(${g}, ${g} // ${1n << 29n}) * ${p3}`), '_kql_f', (f) => signed(`xor(${f}, ${f} // ${1n << 32n})`)),
    ),
  );
}

function signed(sql: string): string {
  return once(
    sql,
    '_kql_u',
    (u) =>
      `CAST(CASE WHEN ${u} > 9223372036854775807 THEN CAST(${u} AS HUGEINT) - 18446744073709551616 ELSE CAST(${u} AS HUGEINT) END AS BIGINT)`,
  );
}

/** The hash of the eight bytes of a whole number, the lowest first. */
function ofWhole(sql: string): string {
  const word = `CAST(CAST(${sql} AS HUGEINT) & 18446744073709551615 AS UHUGEINT)`;
  return avalanche(step.word(`(${p5} + 8)`, word));
}

/** The hash of a text's bytes in UTF-8. Their hexadecimal digits stand in reverse, so that each word is a number. */
function ofText(sql: string): string {
  const reversed = `reverse(regexp_replace(hex(encode(${sql})), '(.)(.)', '\\2\\1', 'g'))`;
  return once(reversed, '_kql_t', (t) => {
    const length = `(length(${t}) // 2)`;
    const number = (from: string, size: number) =>
      `CAST(CAST('0x' || substring(${t}, ${length} * 2 - (${from} + ${size}) * 2 + 1, ${size * 2}) AS UBIGINT) AS UHUGEINT)`;
    const folded = (offsets: string, size: number, body: (h: string, x: string) => string, start: string) =>
      `list_reduce(list_transform(${offsets}, lambda _kql_o: ${number('_kql_o', size)}), lambda _kql_a, _kql_w: ${body('_kql_a', '_kql_w')}, ${start})`;
    const lane = (index: number, seed: string) =>
      folded(`range(${index * 8}, ${length} // 32 * 32, 32)`, 8, round, seed);
    const lanes = [lane(0, low(`${p1} + ${p2}`)), lane(1, p2), lane(2, none), lane(3, `(${mask} - ${p1} + 1)`)];
    const stripes = once(`[${lanes.join(', ')}]`, '_kql_l', (l) => {
      const mixed = [1, 7, 12, 18].map((by, i) => rotated(`${l}[${i + 1}]`, by)).join(' + ');
      return `list_reduce(${l}, lambda _kql_a, _kql_w: ${low(`xor(_kql_a, ${round(none, '_kql_w')}) * ${p1} + ${p4}`)}, ${low(mixed)})`;
    });
    const start = `(CASE WHEN ${length} >= 32 THEN ${stripes} ELSE ${p5} END + CAST(${length} AS UHUGEINT)) & ${mask}`;
    const words = folded(`range(${length} // 32 * 32, ${length} // 8 * 8, 8)`, 8, step.word, `(${start})`);
    const halves = folded(`range(${length} // 8 * 8, ${length} // 4 * 4, 4)`, 4, step.half, words);
    return avalanche(folded(`range(${length} // 4 * 4, ${length})`, 1, step.byte, halves));
  });
}

function hashed(arg: Arg, call: CallContext): string {
  if (arg.type === 'string') return ofText(text(arg));
  if (arg.type === 'long' || isTicks(arg.type))
    return once(long(arg), '_kql_v', (v) => `CASE WHEN ${v} IS NOT NULL THEN ${ofWhole(v)} END`);
  return call.refuse(
    `${call.name} of a ${arg.type}`,
    'which bytes Kusto takes of it is not documented: use hash_sha256, or tostring(…) or tolong(…) inside',
  );
}

/** `hash(value[, mod])`, xxHash64. How a negative hash is brought below `mod` is not documented: a power of two gives the
 *  same by every reading, and a constant text has a hash that can be looked at. */
const hash: ScalarFunction = {
  emit(args, call) {
    const value = hashed(at(args, 0), call);
    if (args[1] === undefined) return value;
    const mod = constantInteger(args[1]);
    if (mod === undefined || mod <= 0n) return call.refuse(`${call.name} needs a constant mod above 0`);
    if ((mod & (mod - 1n)) === 0n) return remainder(value, bigint(mod), mod);
    if (at(args, 0).constant === undefined)
      return call.refuse(`${call.name} modulo ${mod} is not documented for negative hashes`, 'take a power of two');
    return once(
      value,
      '_kql_n',
      (n) => `CASE WHEN ${n} < 0 THEN error('WK002: ${call.name}: the hash is negative') ELSE ${n} % ${mod} END`,
    );
  },
  nullable: (args) => at(args, 0).nullable,
};

export const hashFunctions: Readonly<Record<string, ScalarFunction>> = { hash, hash_xxhash64: hash };
