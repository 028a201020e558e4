import { headerBefore } from './header.ts';

/** The JSON object that a text holds, alone or behind the header of syslog; undefined where it holds none. */
export function objectText(text: string): string | undefined {
  const trimmed = text.trim();
  const object = trimmed.slice(headerBefore(trimmed));
  return object.startsWith('{') ? object : undefined;
}

/** The text of a member of a JSON value; undefined where there is none. */
export function textAt(value: unknown, path: readonly string[]): string | undefined {
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
