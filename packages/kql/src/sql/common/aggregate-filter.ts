import type { Aggregate, Arg, CallContext } from '../emit.ts';
import { at } from './arguments.ts';

/** `FILTER` over the conditions that are there. */
export function filter(...conditions: readonly (string | undefined)[]): string {
  const present = conditions.filter((condition) => condition !== undefined);
  return present.length === 0 ? '' : ` FILTER (WHERE ${present.map((condition) => `(${condition})`).join(' AND ')})`;
}

/** Gives the `FILTER` of the aggregate's own predicate and of any further conditions. */
export type Where = (...more: readonly (string | undefined)[]) => string;

/** An aggregate of one output column. */
export function single(
  body: (args: readonly Arg[], where: Where, call: CallContext) => string,
  nullable?: Aggregate['nullable'],
): Aggregate {
  const emit: Aggregate['emit'] = (args, call, predicate) => [
    body(args, (...more) => filter(predicate, ...more), call),
  ];
  return nullable === undefined ? { emit } : { emit, nullable };
}

/** The `…if` form: the argument at `place`, by default the last, is the condition; null counts as false. */
export function conditional({ emit, nullable }: Aggregate, place = -1): Aggregate {
  const withCondition: Aggregate['emit'] = (args, call, predicate) => {
    const index = place < 0 ? args.length + place : place;
    const condition = `(${at(args, index).sql})`;
    return emit(
      args.toSpliced(index, 1),
      call,
      predicate === undefined ? condition : `${condition} AND (${predicate})`,
    );
  };
  return nullable === undefined
    ? { emit: withCondition }
    : {
        emit: withCondition,
        nullable: (args, index) => nullable(args.toSpliced(place < 0 ? args.length + place : place, 1), index),
      };
}
