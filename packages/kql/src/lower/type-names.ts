import type { KqlType } from '../types.ts';
import { isKqlType } from './context.ts';

const aliases: Readonly<Record<string, KqlType>> = {
  double: 'real',
  boolean: 'bool',
  date: 'datetime',
  time: 'timespan',
};

/** The type that a query writes, KQL's older spellings included. */
export function namedType(written: string): KqlType | undefined {
  const name = written.trim().toLowerCase();
  const type = aliases[name] ?? name;
  return isKqlType(type) ? type : undefined;
}
