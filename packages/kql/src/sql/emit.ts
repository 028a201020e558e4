import type { Constant, KqlType, Span } from '../types.ts';

export type { Constant };

/** One scalar as SQL. `sql` is a complete expression: it needs no parentheses wherever a function argument may stand,
 *  and callers that put it beside an operator wrap it themselves. */
export interface Arg {
  readonly sql: string;
  readonly type: KqlType;
  /** Present only where the value is known while compiling. */
  readonly constant?: Constant;
  /** False where the value can never be SQL NULL (every string, every constant but null, sums, counts…). */
  readonly nullable: boolean;
  readonly span: Span;
}

export interface CallContext {
  /** The function or operator as written in the query. */
  readonly name: string;
  /** The result type that Microsoft's binder gives. */
  readonly type: KqlType;
  readonly span: Span;
  /** SQL of the query's one `now()`, ticks. */
  readonly now: string;
  /** Aggregates only: the order of the input, where it has one, as `Dialect.orderWithin` writes it. Aggregates whose
   *  result shows the order of rows (`make_list`, `take_any`…) heed it. */
  readonly order?: string;
  /** Stops the compilation: what is not supported at this place, and what to write instead. */
  refuse(message: string, advice?: string): never;
}

/** A scalar function or operator in one dialect: arguments to the SQL of its value, in the representation of
 *  `call.type` (see types.ts). Exact as Kusto has it, or it calls `call.refuse`. */
export type Emit = (args: readonly Arg[], call: CallContext) => string;

/** An emitter may also say that its result is never NULL, so that comparisons stay plain. */
export interface ScalarFunction {
  readonly emit: Emit;
  /** Given the arguments, can the result be NULL? Default: strings never, all else yes. */
  readonly nullable?: (args: readonly Arg[]) => boolean;
  /** A plainer form for a place where NULL and false mean the same (a conjunct of `where`, a predicate of `countif`):
   *  the result may be NULL where KQL says false. Absent: `emit` serves. */
  readonly filter?: Emit;
}

/** One aggregate as SQL. The strings are the output columns in the binder's order (one for all but `arg_max`,
 *  `arg_min`, `take_any` and `percentiles`), each a complete aggregate expression with the neutral value for no rows
 *  already put in: sum 0, avg NaN, lists `[]`, strings `''`. For `arg_max(v, *)` the caller expands the star into
 *  arguments. `predicate` is a further condition (SQL, BOOLEAN) on the rows that count. */
export interface Aggregate {
  readonly emit: (args: readonly Arg[], call: CallContext, predicate?: string) => readonly string[];
  /** Can output column `index` be NULL? Default: strings never, all else yes. */
  readonly nullable?: (args: readonly Arg[], index: number) => boolean;
}
