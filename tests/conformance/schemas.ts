import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Column, KqlType, Schema } from '../../packages/kql/src/index.ts';
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
 *  columns other types. A column that only the other has is there too, as in Weir's own tables. */
export function publishedSchemas(): readonly Schema[] {
  return ['defender-xdr', 'log-analytics'].map(schemaOf);
}

function schemaOf(flavour: string): Schema {
  const folder = sharedPath('schemas');
  const files = folder === undefined ? [] : readdirSync(folder).sort();
  const tables: Record<string, Column[]> = {};
  const own = files.filter((file) => file.includes(`.${flavour}`));
  for (const file of [...own, ...files.filter((item) => !own.includes(item))]) {
    const { table, columns } = JSON.parse(readFileSync(join(folder ?? '', file), 'utf8')) as {
      readonly table?: string;
      readonly columns?: readonly Column[];
    };
    if (table === undefined || columns === undefined) continue;
    const known = tables[table] ?? [];
    tables[table] = known;
    for (const { name, type } of columns) {
      if (!known.some((column) => column.name === name)) known.push({ name, type: spelled[type] ?? type });
    }
  }
  tables.DeviceNetworkEvents?.push(...added);
  for (const columns of Object.values(tables)) columns.push(arrived);
  return { tables };
}
