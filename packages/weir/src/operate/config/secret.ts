import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from '../../model/userError.ts';
import { map } from '../../yaml/map.ts';

/** Where a secret is: in a variable of the environment, or in a file of its own. */
export type SecretSource = { readonly env: string } | { readonly file: string };

/** A secret is named, never written: this file is copied, mailed and kept in repositories. */
export const secret = z.union(
  [map({ env: z.string().regex(/^[A-Za-z_]\w*$/) }), map({ file: z.string().min(1) })],
  'a secret stands elsewhere: write { env: NAME } or { file: PATH }',
);

/** The secret's text, without a line's end after it. `resolve` makes a path of the config absolute.
 *  @throws UserError where it is not there */
export function readSecret(
  source: SecretSource,
  at: {
    readonly place: string;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly resolve: (path: string) => string;
  },
): string {
  const missing = (what: string, advice: string) => new UserError('SECRET_MISSING', at.place, what, advice);
  if ('env' in source) {
    const text = at.environment[source.env];
    if (text) return text;
    throw missing(`the variable ${source.env} is not set`, 'Set it for the service, or name a file instead.');
  }
  const path = at.resolve(source.file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw missing(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, 'Let the service read it.');
  }
  if (text === '') throw missing(`${path} is empty`, 'Put the secret into it.');
  return text;
}
