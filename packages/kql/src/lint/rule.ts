import type { Bound } from '../parse/tree.ts';
import type { Schema, Span } from '../types.ts';
import type { Env } from './model/env.ts';
import type { Pipeline } from './model/pipeline.ts';

export type Severity = 'error' | 'warning' | 'info';

/** Where a detection is meant to run. */
export type Product = 'defender' | 'sentinel' | 'weir';

/** What a rule's file says beside its query; durations in ticks. */
export interface RuleFacts {
  readonly frequency?: bigint;
  readonly period?: bigint;
  /** Sentinel's near-real-time kind. */
  readonly nearRealTime?: boolean;
  /** Something keeps the same event from alerting at each run: a finding key, grouping, suppression. */
  readonly deduplicated?: boolean;
  /** The rule says that it is about data that leaves. */
  readonly exfiltration?: boolean;
  /** Columns that the file wants of the result, each with its place in the file (`entityMappings.0…`). */
  readonly wanted?: readonly {
    readonly column: string;
    readonly what: string;
    readonly place: readonly PropertyKey[];
  }[];
}

/** What is known of host names; handed in, as it is data that ages. */
export interface HostKnowledge {
  /** Is the end of this name one that the public suffix list has? */
  readonly hasPublicSuffix: (host: string) => boolean;
  /** Is the whole name such an end, under which others have names (`blob.core.windows.net`)? */
  readonly isPublicSuffix: (host: string) => boolean;
  /** Hosts of web services by the service's name; `*` stands for any characters inside one label. */
  readonly services: ReadonlyMap<string, readonly string[]>;
  /** The service of a host, by its longest suffix, with its categories, the main one first (`paste-site`). */
  readonly serviceOf: (
    host: string,
  ) => { readonly service: string; readonly categories: readonly string[] } | undefined;
}

/** A query as the rules see it. */
export interface Query {
  readonly text: string;
  readonly root: Bound;
  readonly product: Product;
  /** Where else it may be meant to run, where nobody said. */
  readonly also: Product | undefined;
  /** The tables of the product, and those of all products as the query was bound by them. */
  readonly schema: Schema;
  readonly schemas: Readonly<Record<Product, Schema>>;
  readonly bound: Schema;
  readonly env: Env;
  readonly pipelines: readonly Pipeline[];
  /** The pipeline that gives the answer. */
  readonly answer: Pipeline | undefined;
  readonly facts: RuleFacts;
  /** There is a rule file around the query. */
  readonly isRuleFile: boolean;
  readonly hosts: HostKnowledge | undefined;
  /** The binder's errors about names: unknown columns, tables, functions. */
  readonly unresolved: readonly { readonly code: string; readonly message: string; readonly span: Span }[];
}

export interface Finding {
  /** A place of the query, or of the rule's file. */
  readonly at: Bound | Span | { readonly place: readonly PropertyKey[] };
  readonly message: string;
  readonly fix: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
}

export interface Example {
  readonly kql: string;
  readonly product?: Product;
  readonly facts?: RuleFacts;
  readonly isRuleFile?: boolean;
}

/** One thing that detections get wrong. */
export interface Rule {
  /** `WL` and three digits; the first says the group. Never given to another rule. */
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  /** What is wrong. */
  readonly what: string;
  /** What comes of it. */
  readonly why: string;
  readonly bad: Example;
  readonly good: Example;
  readonly check: (query: Query) => Iterable<Finding>;
}
