import type { KqlType } from '@weir/kql/types';
import { ticksToIso, timespanText } from './format.ts';
import { escapeInJson, jsonText } from './harmless.ts';

/** A value of a query's result as JSON text. `value` is what the engine's driver gives for the KQL type: bigint ticks
 *  for datetime and timespan, JSON text for dynamic, an object that prints itself for decimal and guid. */
export function jsonOf(type: KqlType, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  switch (type) {
    case 'real':
      return Number.isFinite(value) ? JSON.stringify(value) : JSON.stringify(realText(Number(value)));
    case 'dynamic':
      return dynamicJson(String(value));
    case 'bool':
      return value ? 'true' : 'false';
    case 'int':
    case 'long':
      return jsonText(value);
    default:
      return jsonText(textOf(type, value));
  }
}

/** The same value as text, dynamic as JSON, not yet made harmless. Null is the empty text. */
export function textOf(type: KqlType, value: unknown): string {
  if (value === null || value === undefined) return '';
  switch (type) {
    case 'datetime':
      return ticksToIso(value as bigint);
    case 'timespan':
      return timespanText(value as bigint);
    case 'real':
      return realText(Number(value));
    default:
      return String(value);
  }
}

/** The same for who reads it: a dynamic value that is a text is bare, as Kusto shows it; any other is JSON as it is. */
export function shownOf(type: KqlType, value: unknown): string {
  const text = textOf(type, value);
  return type === 'dynamic' && text.startsWith('"') ? String(JSON.parse(text)) : text;
}

/** Shortest digits that give the number back; a whole one with `.0`, as KQL prints it. */
function realText(n: number): string {
  const text = Object.is(n, -0) ? '-0' : String(n);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The engine's JSON text as it is, digits beyond 2^53 included, on one line. */
function dynamicJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    // The engine's JSON allows NaN and infinities, JSON's own does not.
    return jsonText(text);
  }
  return escapeInJson(text.replace(/[\n\r\t]/g, ' '));
}
