import type { Bound } from '../../parse/tree.ts';
import type { Pipeline } from './pipeline.ts';

/** What a `let` or a parameter stands for. */
export type Binding =
  | { readonly kind: 'table'; readonly pipeline: Pipeline }
  | { readonly kind: 'scalar'; readonly node: Bound; readonly env: Env }
  /** A function with parameters, or a parameter, whose value a call decides. */
  | { readonly kind: 'open'; readonly pipeline: Pipeline | undefined };

/** Names in reach, innermost first. */
export class Env {
  readonly #own = new Map<string, Binding>();
  readonly #parent: Env | undefined;

  constructor(parent?: Env) {
    this.#parent = parent;
  }

  /** The names in reach here and now: a later `let` of the same name, and the one being declared, are not. */
  snapshot(): Env {
    const copy = new Env(this.#parent);
    for (const [name, binding] of this.#own) copy.define(name, binding);
    return copy;
  }

  define(name: string, binding: Binding): void {
    this.#own.set(name, binding);
  }

  find(name: string): Binding | undefined {
    return this.#own.get(name) ?? this.#parent?.find(name);
  }
}
