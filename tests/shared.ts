import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env.WEIR_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));

/** A file or folder of the shared test material, which stands beside the checkout. Undefined where a clone has none,
 *  so that its tests can skip; in CI its absence is an error. */
export function sharedPath(...parts: string[]): string | undefined {
  const path = join(root, ...parts);
  if (existsSync(path)) return path;
  if (process.env.CI) throw new Error(`shared test material is missing: ${path}`);
  return undefined;
}
