import {
  type Column,
  compile,
  defenderSchema,
  type Plan,
  type Reference,
  referencesOf,
  Refusal as Stop,
  sentinelSchema,
} from '@weir/kql';
import { choosingColumns, decidingColumns, groupingColumns } from '../detect/decidingColumns.ts';
import type { Rule } from '../rules/rule.ts';
import { weirSchema } from '../tables/index.ts';
import { withoutTexts } from './comments.ts';
import { counterpart, type Product, timeColumn, unknownOf } from './counterparts.ts';
import { shortDuration } from './durations.ts';
import { placeInQuery, type Refusal } from './refusal.ts';
import { written } from './written.ts';

export interface ExportedQuery {
  readonly text: string;
  /** The result's columns where the query compiles for Weir. */
  readonly columns: readonly Column[] | undefined;
  /** Columns that say nothing there, and are but shown. */
  readonly silent: readonly string[];
  /** Columns that another of the product's stands for, with it. */
  readonly replaced: readonly string[];
  /** The place in the rule's own query of a place in `text`. */
  readonly origin: (offset: number) => number;
}

const schemas = { defender: defenderSchema, sentinel: sentinelSchema };

/** A rule's query over another product's tables. Behind each place where the query names a table stand the columns that it
 *  reads of it and the product lacks, made of those that it has; nothing else of its text changes. Where `window` (ticks)
 *  is given, each table is cut to it.
 *
 *  A column that nothing there says is refused where it decides what is found; one that is but shown says nothing. */
export function exportedQuery(rule: Rule, product: Product, window?: bigint): ExportedQuery | readonly Refusal[] {
  const { plan, columns } = compile(rule.query, { schema: weirSchema, dialect: 'duckdb' });
  const references = read(rule);
  if ('place' in references) return [references];
  const indirect = byNoName.exec(withoutTexts(rule.query));
  if (indirect !== null) return [unnamed(rule, indirect)];
  const refusals: Refusal[] = [];
  const silent = new Set<string>();
  const replaced = new Set<string>();
  const insertions: { readonly at: number; readonly from: number; readonly text: string }[] = [];
  for (const table of references.filter(({ kind }) => kind === 'table')) {
    const there = schemas[product].tables[table.name];
    if (there === undefined) {
      if (table.name in weirSchema.tables) refusals.push(absentTable(rule, table, product));
      continue;
    }
    const made: string[] = [];
    for (const column of lacking(table.name, there, references)) {
      const other = counterpart(column.name, product);
      if (other !== undefined) replaced.add(`${column.name} by ${other}`);
      else if (decides(plan, table.name, column.name))
        refusals.push(undecidable(rule, column.name, references, product));
      else silent.add(column.name);
      made.push(`${column.name} = ${other ?? unknownOf(column)}`);
    }
    const cut = window === undefined ? '' : `\n| where ${timeColumn[product]} > ago(${shortDuration(window)})`;
    const extended = made.length === 0 ? '' : `\n| extend ${made.join(',\n    ')}`;
    if (cut + extended !== '') {
      insertions.push({ from: table.start, at: table.start + table.length, text: cut + extended });
    }
  }
  if (refusals.length > 0) return distinct(refusals);
  const named = /\bwithsource\b/.exec(withoutTexts(rule.query));
  if (named !== null && insertions.some(({ from, at }) => !isHead(rule.query, from, at))) {
    const message = 'withsource tells the names of tables, which columns that are put beside them would change';
    const advice = 'Give each leg of the union a column of its own that says where its rows come from.';
    return [{ place: placeInQuery(rule, named.index), message, advice }];
  }
  return {
    ...inserted(rule.query, insertions),
    columns: plan === undefined ? undefined : columns,
    silent: [...silent],
    replaced: [...replaced],
  };
}

/** Tables that are read without their name standing alone, where nothing could be put behind it. */
const byNoName = /\btable\s*\(|\bunion\b[^|;(]*\*|\b(?:search|find)\b(?=[^=|;]*["'(*])/;

function unnamed(rule: Rule, { index, 0: found }: RegExpExecArray): Refusal {
  const by = /^\w+/.exec(found)?.[0] ?? found;
  const message = `\`${by}\` reads tables without naming them where their columns could be put in`;
  return {
    place: placeInQuery(rule, index),
    message,
    advice: 'Name each table itself, with union where they are several.',
  };
}

function read(rule: Rule): readonly Reference[] | Refusal {
  try {
    return referencesOf(rule.query, written);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { place: placeInQuery(rule, error.span.start), message: error.message, advice: error.advice ?? '' };
  }
}

/** The columns of a table that the query names and the product's table of that name has not. */
function lacking(table: string, there: readonly Column[], references: readonly Reference[]): readonly Column[] {
  const has = new Set(there.map(({ name }) => name));
  const named = new Set(references.flatMap(({ kind, name }) => (kind === 'column' ? [name] : [])));
  return (written.tables[table] ?? []).filter(({ name }) => named.has(name) && !has.has(name));
}

function decides(plan: Plan | undefined, table: string, column: string): boolean {
  return (
    plan === undefined || [decidingColumns, groupingColumns, choosingColumns].some((of) => of(plan, table).has(column))
  );
}

const titles: Readonly<Record<Product, string>> = { defender: 'Defender', sentinel: 'Sentinel' };

function absentTable(rule: Rule, { name, start }: Reference, product: Product): Refusal {
  const message = `${titles[product]} has no table ${name}`;
  return { place: placeInQuery(rule, start), message, advice: `Write a query over ${titles[product]}'s own tables.` };
}

function undecidable(rule: Rule, column: string, references: readonly Reference[], product: Product): Refusal {
  const at = references.find(({ kind, name }) => kind === 'column' && name === column);
  const message = `what is found depends on ${column}, which no column of ${titles[product]}'s tells`;
  const advice = /^Bytes/.test(column)
    ? 'No endpoint counts bytes: run this rule in Weir.'
    : 'Run this rule in Weir, or decide by RemoteUrl, RemoteIP or the program.';
  return { place: placeInQuery(rule, at?.start ?? 0), message, advice };
}

function distinct(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((refusal) => [`${refusal.place} ${refusal.message}`, refusal])).values()];
}

/** Whether a table begins what it stands in and an operator follows, so that more operators may stand behind it. In
 *  `union A, B | where …` the operator is the union's. */
function isHead(query: string, from: number, at: number): boolean {
  return /^\s*\|/.test(withoutTexts(query).slice(at)) && /(?:^|[;({=])\s*$/.test(withoutTexts(query).slice(0, from));
}

/** What is inserted stands as an operator where the table is a head, else in parentheses with it. */
function inserted(
  query: string,
  insertions: readonly { readonly from: number; readonly at: number; readonly text: string }[],
): Pick<ExportedQuery, 'text' | 'origin'> {
  const parts: { readonly at: number; readonly text: string }[] = insertions.flatMap(({ from, at, text }) => {
    return isHead(query, from, at)
      ? [{ at, text }]
      : [
          { at: from, text: '(' },
          { at, text: `${text})` },
        ];
  });
  let text = '';
  let last = 0;
  for (const part of parts) {
    text += query.slice(last, part.at) + part.text;
    last = part.at;
  }
  const origin = (offset: number): number => {
    let shift = 0;
    for (const part of parts) {
      if (part.at + shift >= offset) break;
      shift += Math.min(part.text.length, offset - part.at - shift);
    }
    return offset - shift;
  };
  return { text: text + query.slice(last), origin };
}
