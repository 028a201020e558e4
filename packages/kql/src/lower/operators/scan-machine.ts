import type { Defined, IterateNode } from '../../plan/relation.ts';
import type { ConstantNode, PlanColumn, Scalar } from '../../plan/scalar.ts';
import type { KqlType, Span } from '../../types.ts';
import type { Lowering } from '../context.ts';
import { call, constant, operator } from '../scalar-operator.ts';
import { reference, type Table } from '../table.ts';
import { type Step, type Steps, substituted } from './scan-steps.ts';

/** What is known of a row and a step once the row has been gone over. */
export interface Match {
  readonly matches: PlanColumn;
  /** It matches in the step's ongoing sequence. */
  readonly repeats: PlanColumn;
  /** The number of the sequence. */
  readonly id: PlanColumn;
  /** A declared column of the row that is put out. */
  value(name: string): Scalar;
}

export interface Machine {
  readonly state: IterateNode['state'];
  readonly stages: IterateNode['stages'];
  /** In the order of the steps. */
  readonly matches: readonly Match[];
}

/** The state of one step: is it active, in which sequence, and the latest matches of it and of the steps before. */
interface Held {
  readonly active: PlanColumn;
  readonly id: PlanColumn;
  /** By the id of the stand-in (`StateRead`). */
  readonly values: ReadonlyMap<number, PlanColumn>;
}

const nowhere: Span = { start: 0, length: 0 };

/** The steps as a state and what a row makes of it. A row goes through the steps from the last to the first, as the page's
 *  matching logic says: it moves the state of the step before on to this one (check 1), or stays in it (check 2). */
export function machineOf(all: Steps, input: Table, context: Lowering): Machine {
  return new Builder(all, input, context).build();
}

class Builder {
  readonly #all: Steps;
  readonly #input: Table;
  readonly #context: Lowering;
  readonly #held: readonly Held[];
  readonly #counter: PlanColumn;
  readonly #state: IterateNode['state'][number][] = [];
  readonly #stages: Defined[][] = [];

  constructor(all: Steps, input: Table, context: Lowering) {
    this.#all = all;
    this.#input = input;
    this.#context = context;
    this.#held = all.steps.map((_, index) => ({
      active: context.column('active', 'bool'),
      id: context.column('sequence', 'long'),
      values: new Map(
        all.reads
          .filter((read) => read.step <= index)
          .map((read) => [read.column.id, context.column(read.name, read.column.type)]),
      ),
    }));
    this.#counter = context.column('sequences', 'long');
  }

  build(): Machine {
    const matches: Match[] = [];
    let moved: Scalar | undefined;
    for (let index = this.#all.steps.length - 1; index >= 0; index--) {
      const step = this.#all.steps[index];
      if (step === undefined) break;
      const { match, took } = this.#step(step, index, moved);
      matches.unshift(match);
      moved = took;
    }
    return { state: this.#state, stages: this.#stages, matches };
  }

  /** `moved`: the row has taken this step's state on to the next step. */
  #step(
    step: Step,
    index: number,
    moved: Scalar | undefined,
  ): { readonly match: Match; readonly took: Scalar | undefined } {
    const held = this.#at(index);
    const before = index === 0 ? undefined : this.#at(index - 1);
    const took =
      before && this.#define('took', and(reference(before.active), truth(this.#over(step.condition, index, before))));
    const active = this.#define('active', moved ? and(reference(held.active), not(moved)) : reference(held.active));
    // The first step matches without a sequence too, and then sees an empty state.
    const own = index === 0 && moved ? this.#emptied(held, moved) : held.values;
    this.#nextStage();
    const present: Held = { ...held, values: own };
    const stays = [
      ...(took ? [not(took)] : []),
      ...(index === 0 ? [] : [active]),
      truth(this.#over(step.condition, index, present)),
    ];
    const stayed = this.#define('stayed', stays.reduce(and));
    this.#nextStage();
    const matches = this.#define('matches', took ? or(took, stayed) : stayed);
    const repeats = this.#define('repeats', and(stayed, active));
    const assigned = new Map<string, Scalar>();
    for (const [name, value] of step.assigned) {
      const kept = this.#over(value, index, present);
      const chosen = took && before ? choose(took, this.#over(value, index, before), kept) : kept;
      assigned.set(name, this.#define(name, chosen));
    }
    const id = this.#sequence(index, held, before, took, stayed, active);
    this.#nextStage();
    this.#remember(held.active, constant(false, 'bool', nowhere), or(matches, active));
    const value = (name: string): Scalar => assigned.get(name) ?? this.#first(name);
    for (const read of this.#all.reads.filter((item) => item.step <= index)) {
      const column = held.values.get(read.column.id);
      const latest = own.get(read.column.id);
      if (column === undefined || latest === undefined) continue;
      const now = reference(latest);
      const earlier = before?.values.get(read.column.id);
      const next =
        read.step === index
          ? choose(matches, this.#inRow(read.name) ?? value(read.name), now)
          : took && earlier
            ? choose(took, reference(earlier), now)
            : now;
      this.#remember(column, this.#first(read.name), next);
    }
    this.#nextStage();
    return { match: { matches: columnOf(matches), repeats: columnOf(repeats), id, value }, took };
  }

  #at(index: number): Held {
    const held = this.#held[index];
    if (held === undefined) throw new Error(`No step ${index}.`);
    return held;
  }

  /** The number of the row's sequence: a new one where the first step begins it. */
  #sequence(
    index: number,
    held: Held,
    before: Held | undefined,
    took: Scalar | undefined,
    stayed: Scalar,
    active: Scalar,
  ): PlanColumn {
    const zero = constant(0n, 'long', nowhere);
    const own = reference(held.id);
    if (index > 0) {
      const id = this.#define('sequence', took && before ? choose(took, reference(before.id), own) : own);
      this.#remember(held.id, zero, id);
      return columnOf(id);
    }
    const begins = and(stayed, not(active));
    const id = this.#define('sequence', choose(begins, reference(this.#counter), own));
    const one = call('iff', [begins, constant(1n, 'long', nowhere), zero], 'long', nowhere);
    this.#remember(held.id, zero, id);
    this.#remember(this.#counter, zero, operator('+', [reference(this.#counter), one], 'long', nowhere));
    return columnOf(id);
  }

  /** The expression over the row and this state, in which the step itself may not stand yet. */
  #over(value: Scalar, index: number, held: Held): Scalar {
    const of = new Map<number, Scalar>();
    for (const read of this.#all.reads) {
      const column = held.values.get(read.column.id);
      if (read.step <= index) of.set(read.column.id, column === undefined ? this.#first(read.name) : reference(column));
    }
    return substituted(value, of);
  }

  #emptied(held: Held, moved: Scalar): ReadonlyMap<number, PlanColumn> {
    return new Map(
      this.#all.reads.flatMap((read) => {
        const column = held.values.get(read.column.id);
        if (column === undefined) return [];
        const value = choose(moved, this.#first(read.name), reference(column));
        return [[read.column.id, columnOf(this.#define(read.name, value))] as const];
      }),
    );
  }

  /** A column's value in an empty state. */
  #first(name: string): ConstantNode {
    const declared = this.#all.declared.find((item) => item.name === name);
    if (declared !== undefined) return declared.first;
    const type = this.#input.columns.find((item) => item.name === name)?.type ?? 'string';
    return constant(type === 'string' ? '' : null, type, nowhere);
  }

  #inRow(name: string): Scalar | undefined {
    const column = this.#input.columns.find((item) => item.name === name);
    return column && reference(column);
  }

  /** A column of the stage that is being built. */
  #define(name: string, value: Scalar): Scalar {
    const column = this.#context.column(name, value.type);
    const stage = this.#stages.at(-1) ?? [];
    if (this.#stages.length === 0) this.#stages.push(stage);
    stage.push({ column, value });
    return reference(column);
  }

  #nextStage(): void {
    this.#stages.push([]);
  }

  #remember(column: PlanColumn, first: ConstantNode, value: Scalar): void {
    const next = value.kind === 'column' ? value : this.#define(column.name, value);
    this.#state.push({ column, first, next: columnOf(next).id });
  }
}

function columnOf(value: Scalar): PlanColumn {
  if (value.kind !== 'column') throw new Error('A column is wanted.');
  return { id: value.id, name: '', type: value.type };
}

function choose(condition: Scalar, yes: Scalar, no: Scalar): Scalar {
  return call('iff', [condition, yes, no], yes.type as KqlType, nowhere);
}

/** Null counts as false. */
function truth(condition: Scalar): Scalar {
  return choose(condition, constant(true, 'bool', nowhere), constant(false, 'bool', nowhere));
}

function and(left: Scalar, right: Scalar): Scalar {
  return operator('and', [left, right], 'bool', nowhere);
}

function or(left: Scalar, right: Scalar): Scalar {
  return operator('or', [left, right], 'bool', nowhere);
}

function not(value: Scalar): Scalar {
  return call('not', [value], 'bool', nowhere);
}
