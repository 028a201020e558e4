import type { Arg, ScalarFunction } from '../emit.ts';
import { at } from './arguments.ts';

/** What time/sweep says of moments and of sums over them. Whole numbers without null, unless said otherwise. */
export function sweepFunctions(engine: {
  readonly quotient: (dividend: string, divisor: string) => string;
  /** A number from 0 to 2^62 for a list of texts, for a text, and for several values. */
  readonly hash: (value: string) => string;
}): Readonly<Record<string, ScalarFunction>> {
  const of = (emit: (...sql: string[]) => string): ScalarFunction => ({
    emit: (args: readonly Arg[]) => emit(...args.map(({ sql }) => sql)),
    nullable: (args) => args.some(({ nullable }) => nullable),
  });
  return {
    /** (time, shift, frequency): the first multiple of the frequency at or after time + shift. */
    tick_after: of((time, shift, frequency) => {
      const moment = `(${time} + ${shift})`;
      return `(${moment} + (${frequency} - ${moment} % ${frequency}) % ${frequency})`;
    }),
    later: of((one, other) => `greatest(${one}, ${other})`),
    earlier: of((one, other) => `least(${one}, ${other})`),
    /** (moment, width), of moments that are not negative: the number of the part of time. */
    part_of_time: of((moment, width) => engine.quotient(moment, width)),
    part_start: of((part, width) => `(${part} * ${width})`),
    before: of((moment) => `(${moment} - 1)`),
    after: of((part) => `(${part} + 1)`),
    /** The negative of a 64-bit number, wrapping as sums do. */
    opposite: of((value) => `CASE WHEN ${value} = -9223372036854775808 THEN ${value} ELSE -${value} END`),
    /** (count, change): 1 where the count rose from 0, -1 where it fell to 0, else 0. */
    edge: of(
      (count, change) =>
        `CASE WHEN ${change} = ${count} AND ${count} > 0 THEN 1 WHEN ${count} = 0 AND ${change} < 0 THEN -1 ELSE 0 END`,
    ),
    /** (edge, value) */
    weighted: of((edge, value) => `CASE ${edge} WHEN 1 THEN ${value} WHEN -1 THEN -${value} ELSE 0 END`),
    ids_hash: of((ids) => engine.hash(ids)),
    /** One number for some keys, texts and whole numbers; others may have the same. */
    keys_hash: {
      emit: (args) => engine.hash(args.map(({ sql, nullable }) => (nullable ? `coalesce(${sql}, 0)` : sql)).join(', ')),
      nullable: () => false,
    },
    /** The keys of a partition, which stand nowhere else. */
    keys: { emit: (args) => args.map(({ sql }) => sql).join(', '), nullable: () => false },
    mean: {
      emit: (args) =>
        `CASE WHEN ${at(args, 1).sql} = 0 THEN CAST('nan' AS DOUBLE) ELSE CAST(${at(args, 0).sql} AS DOUBLE) / ${at(args, 1).sql} END`,
      nullable: () => false,
    },
  };
}
