import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Column, KqlType, Schema } from '../../packages/kql/src/index.ts';
import { defenderSchema } from '../../packages/kql/src/lint/schemas/defender.ts';
import { sentinelSchema } from '../../packages/kql/src/lint/schemas/sentinel.ts';
import { sharedPath } from '../shared.ts';

/** Other spellings of types in the published schemas. */
const spelled: Readonly<Record<string, KqlType>> = { boolean: 'bool', double: 'real', integer: 'int' };

/** What Weir adds to the published columns of `DeviceNetworkEvents`, as far as published queries name it. */
const added: readonly Column[] = [
  { name: 'AccountName', type: 'string' },
  { name: 'BytesSent', type: 'long' },
  { name: 'BytesReceived', type: 'long' },
];

/** What Weir adds to every table: when a row arrived, which `ingestion_time()` reads. */
const arrived: Column = { name: 'ArrivedAt', type: 'datetime' };

/** The tables whose schemas were published, once as Defender and once as Log Analytics has them: the two give some
 *  columns other types. A column that only the other has is there too, as in Weir's own tables. Those of which no file is
 *  at hand are as `lint` knows them. */
export function publishedSchemas(): readonly Schema[] {
  return [schemaOf('defender-xdr', defenderSchema), schemaOf('log-analytics', sentinelSchema)];
}

function schemaOf(flavour: string, known: Schema): Schema {
  const folder = sharedPath('schemas');
  const files = folder === undefined ? [] : readdirSync(folder).sort();
  const tables: Record<string, Column[]> = {};
  const first = files.filter((file) => file.includes(`.${flavour}`));
  for (const file of [...first, ...files.filter((item) => !first.includes(item))]) {
    const { table, columns } = JSON.parse(readFileSync(join(folder ?? '', file), 'utf8')) as {
      readonly table?: string;
      readonly columns?: readonly Column[];
    };
    if (table === undefined || columns === undefined) continue;
    const own = tables[table] ?? [];
    tables[table] = own;
    for (const { name, type } of columns) {
      if (!own.some((column) => column.name === name)) own.push({ name, type: spelled[type] ?? type });
    }
  }
  for (const [table, columns] of Object.entries(known.tables)) tables[table] ??= [...columns];
  tables.DeviceNetworkEvents?.push(...added);
  for (const columns of Object.values(tables)) columns.push(arrived);
  return { tables };
}
