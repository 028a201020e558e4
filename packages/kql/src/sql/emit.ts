import type { KqlType, Span } from '../types.ts';

/** The value of an argument known while compiling; a null of any type is null. Datetimes and timespans are ticks. */
export type Constant = string | bigint | number | boolean | null | { readonly json: unknown };

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
}
