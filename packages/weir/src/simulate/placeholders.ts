/** Placeholders that every scenario has, beside its parameters. */
export const builtIns: ReadonlySet<string> = new Set(['user', 'device', 'domain', 'home', 'tag', 'word', 'n']);

const pattern = /\$\{([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)?)\}/g;

/** The names that a text has in `${…}`: a parameter, a fact of a variant (`${service.host}`), a built-in. */
export function placeholders(text: string): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

/** A text with its placeholders filled; what they stand for may hold further ones. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(pattern, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nothing stands for ${whole}`);
    return filled(value, values);
  });
}
