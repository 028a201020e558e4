import { z } from 'zod';

export interface ConfigKey {
  /** `lake.keep`; `watch[].path`. */
  readonly path: string;
  readonly description: string | undefined;
  /** As one would write it; undefined where there is none. */
  readonly fallback: string | undefined;
}

/** Every key of a config's schema, in order. */
export function keysOf(schema: z.core.$ZodType, path = ''): ConfigKey[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return keysOf(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return keysOf(schema.element, `${path}[]`);
  if (schema instanceof z.ZodPipe) return keysOf(schema.out, path);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, value]) => {
    const own = path === '' ? key : `${path}.${key}`;
    return [{ path: own, description: value.description, fallback: fallbackOf(value) }, ...keysOf(value, own)];
  });
}

function fallbackOf(schema: z.ZodType): string | undefined {
  if (!(schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)) return undefined;
  const { defaultValue } = schema.def;
  const empty = typeof defaultValue === 'object' && !Array.isArray(defaultValue);
  return empty ? undefined : typeof defaultValue === 'string' ? defaultValue : JSON.stringify(defaultValue);
}

/** docs/config.md's table. */
export function keysAsMarkdown(schema: z.ZodType): string {
  const lines = keysOf(schema).map(
    ({ path, description, fallback }) =>
      `| \`${path}\` | ${description} | ${fallback === undefined ? '' : `\`${fallback}\``} |`,
  );
  return ['| key | what it says | default |', '|---|---|---|', ...lines].join('\n');
}
