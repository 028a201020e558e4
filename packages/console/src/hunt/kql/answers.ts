import { compile, completionsAt, renderingOf, saidAt } from '@weir/kql';
import type { KqlType, Schema } from '@weir/kql/types';
import type { Tables } from '../../api/types.ts';
import type { Asked } from './asked.ts';
import { cutTo } from './cut.ts';

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
    case 'complete':
      return completionsAt(given.text, schema, given.at);
    case 'say':
      return saidAt(given.text, schema, given.at);
    case 'cut':
      return cutTo(given.text, given.range, schema);
  }
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
