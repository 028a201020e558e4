import type { Column } from '@weir/kql/types';
import { bytes, count, ticksToMinute, ticksToSecond } from '../report/format.ts';
import { visible } from '../report/harmless.ts';
import { maskSecrets } from '../report/mask.ts';
import { textOf } from '../report/queryValue.ts';
import { queryTable } from '../report/terminal/queryTable.ts';
import type { Rows } from './rows.ts';

/** The rows as a table for a person, masked and harmless. */
export async function tableLines({ columns, rows }: Rows, width: number): Promise<string[]> {
  const heads = columns.map(({ name, type }) => ({
    head: visible(name),
    right: isNumber(type),
    whole: type !== 'string' && type !== 'dynamic',
  }));
  const texts = rows.map((row) => columns.map((column, i) => visible(maskSecrets(cell(column, row[i])))));
  let text = '';
  for await (const part of queryTable(heads, oneChunk(texts), Math.min(width, 200))) text += part;
  // Its last line counts the rows.
  return text.trimEnd().split('\n').slice(0, -1);
}

async function* oneChunk(rows: readonly (readonly string[])[]): AsyncGenerator<readonly (readonly string[])[]> {
  yield rows;
}

function isNumber(type: string): boolean {
  return ['int', 'long', 'real', 'decimal'].includes(type);
}

/** A value for a person: bytes in their units, an event's own time to the second and others to the minute, lists without
 *  brackets. */
function cell({ name, type }: Column, value: unknown): string {
  if (value === null || value === undefined) return isNumber(type) ? 'unknown' : '';
  if (type === 'long' && name.includes('Bytes')) return bytes(value as bigint);
  if (type === 'long' || type === 'int') return count(value as bigint | number);
  if (type === 'datetime') return (name === 'Timestamp' ? ticksToSecond : ticksToMinute)(value as bigint);
  if (type === 'dynamic') return listed(String(value));
  return textOf(type, value);
}

function listed(json: string): string {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value)
    ? value
        .filter((item) => item !== '')
        .map(String)
        .join(', ')
    : json;
}
