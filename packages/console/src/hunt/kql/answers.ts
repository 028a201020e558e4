import { compile, completionsAt, renderingOf, saidAt } from '@weir/kql';
import type { KqlType, Schema } from '@weir/kql/types';
import type { Tables } from '../../api/types.ts';
import type { Asked, At, Diagnostic } from './asked.ts';
import { cutTo } from './cut.ts';
import { queryPart } from './queryPart.ts';

let schema: Schema = { tables: {} };

/** What the compiler says. The tables are told first. */
export function answerTo({ kind, given }: Asked): unknown {
  switch (kind) {
    case 'begin':
      schema = schemaOf(given);
      return undefined;
    case 'check': {
      const { diagnostics, columns, question } = compile(given.text, { schema, dialect: 'duckdb' });
      // Where columns depend on the data, only who runs it knows them.
      if (question !== undefined) return { diagnostics: [], columns: [], rendering: renderingOf(given.text, schema) };
      const isRight = diagnostics.every(({ severity }) => severity !== 'error');
      return { diagnostics, columns, rendering: isRight ? renderingOf(given.text, schema) : undefined };
    }
    case 'checkRule':
      return checkedRule(given.text);
    case 'complete': {
      const { kql, at, inText } = placed(given);
      if (at === undefined) return { start: given.at, length: 0, completions: [] };
      const { start, length, completions } = completionsAt(kql, schema, at);
      return { start: inText(start), length, completions };
    }
    case 'say': {
      const { kql, at, inText } = placed(given);
      const said = at === undefined ? undefined : saidAt(kql, schema, at);
      return said && { ...said, start: inText(said.start) };
    }
    case 'cut':
      return cutTo(given.text, given.range, schema);
  }
}

function checkedRule(text: string): readonly Diagnostic[] {
  const part = queryPart(text);
  if (part === undefined) return [];
  const { diagnostics, question } = compile(part.kql, { schema, dialect: 'duckdb' });
  return (question === undefined ? diagnostics : []).map((item) => {
    const start = part.inText(item.start);
    const lines = text.slice(0, start).split('\n');
    return { ...item, start, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  });
}

/** A place in a query, which may stand in a rule's text; `at` is undefined beside it. */
function placed({ text, at, isRule = false }: At) {
  if (!isRule) return { kql: text, at, inText: (offset: number) => offset };
  const part = queryPart(text);
  const inText = (offset: number) => part?.inText(offset) ?? offset;
  return { kql: part?.kql ?? '', at: part?.inKql(at), inText };
}

export function schemaOf({ tables, watchlists }: Tables): Schema {
  return {
    tables: Object.fromEntries(
      tables.map(({ name, columns }) => [
        name,
        columns.map((column) => ({ name: column.name, type: column.type as KqlType })),
      ]),
    ),
    watchlists: Object.fromEntries(watchlists.map(({ name, table }) => [name, table])),
  };
}
