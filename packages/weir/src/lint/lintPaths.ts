import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Product } from '@weir/kql';
import { loadCatalogue } from '../catalogue/load.ts';
import { ruleFiles } from '../rules/load.ts';
import { hostKnowledge } from './hosts.ts';
import { type LintedFile, lintFile } from './lintFile.ts';

/** Lints files, folders and standard input (`-`), in the order of their names.
 *  @throws UserError for a path that cannot be read or a folder without rules */
export async function lintPaths(
  paths: readonly string[],
  { content, stdin, product }: { readonly content: string; readonly stdin: Readable; readonly product?: Product },
): Promise<readonly LintedFile[]> {
  const hosts = hostKnowledge(await loadCatalogue(join(content, 'catalogue')));
  const options = { hosts, ...(product === undefined ? {} : { product }) };
  const linted: LintedFile[] = [];
  if (paths.includes('-')) linted.push(lintFile('-', await text(stdin), options));
  const named = paths.filter((path) => path !== '-');
  for (const file of named.length === 0 ? [] : await ruleFiles(named)) {
    linted.push(lintFile(file, await readFile(file, 'utf8'), options));
  }
  return linted;
}
