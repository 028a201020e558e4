import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the built console: beside `content` in a released build, where Vite puts it in a checkout; undefined where
 *  it is not built. */
export function consoleDirectory(content: string): string | undefined {
  return [join(content, '../console'), join(content, '../packages/console/dist')].find((folder) =>
    existsSync(join(folder, 'index.html')),
  );
}
