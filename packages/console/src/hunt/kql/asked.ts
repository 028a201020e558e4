import type { Completions, Diagnostic, Rendering, Said } from '@weir/kql';
import type { Column } from '@weir/kql/types';
import type { Tables } from '../../api/types.ts';

export type { Diagnostic, Rendering };

// What the page and the worker that holds the parser tell each other.

export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  /** What it would give; empty on errors, and where that depends on the data. */
  readonly columns: readonly Column[];
  readonly rendering: Rendering | undefined;
}

/** A query as it is sent, with what was put in front of it. */
export interface Cut {
  readonly kql: string;
  /** Characters in front, line breaks with them. */
  readonly ahead: number;
}

/** A place in a query, or in the text of a rule. */
export interface At {
  readonly text: string;
  readonly at: number;
  readonly isRule?: boolean;
}

/** Questions by what they are called, each with its answer. */
export interface Questions {
  begin: { readonly given: Tables; readonly answer: undefined };
  check: { readonly given: { readonly text: string }; readonly answer: Checked };
  /** What is wrong with the query of a rule's text, at its places there. */
  checkRule: { readonly given: { readonly text: string }; readonly answer: readonly Diagnostic[] };
  complete: { readonly given: At; readonly answer: Completions };
  say: { readonly given: At; readonly answer: Said | undefined };
  /** The query over the rows of a time range alone; a text says why that cannot be. */
  cut: { readonly given: { readonly text: string; readonly range: string }; readonly answer: Cut | string };
}

export type Asked = {
  [Kind in keyof Questions]: { id: number; kind: Kind; given: Questions[Kind]['given'] };
}[keyof Questions];

export type Told = { readonly id: number } & ({ readonly answer: unknown } | { readonly failed: string });
