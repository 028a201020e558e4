import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Product } from '@weir/kql';
import { loadCatalogue } from '../catalogue/load.ts';
import { ruleFiles } from '../rules/load.ts';
import { hostKnowledge } from './hosts.ts';
import { type LintedFile, lintFile } from './lintFile.ts';

export interface Linted {
  readonly files: readonly LintedFile[];
  /** YAML found in folders that is no rule. */
  readonly skipped: readonly string[];
}

/** Lints files, folders and standard input (`-`), in the order of their names.
 *  @throws UserError for a path that cannot be read or a folder without rules */
export async function lintPaths(
  paths: readonly string[],
  { content, stdin, product }: { readonly content: string; readonly stdin: Readable; readonly product?: Product },
): Promise<Linted> {
  const hosts = hostKnowledge(await loadCatalogue(join(content, 'catalogue')));
  const options = { hosts, ...(product === undefined ? {} : { product }) };
  const linted: LintedFile[] = [];
  if (paths.includes('-')) linted.push(lintFile('-', await text(stdin), options));
  const named = paths.filter((path) => path !== '-');
  for (const file of named.length === 0 ? [] : await ruleFiles(named)) {
    linted.push(lintFile(file, await readFile(file, 'utf8'), options));
  }
  const isSkipped = ({ path, isOther }: LintedFile) => isOther && !paths.includes(path);
  return {
    files: linted.filter((file) => !isSkipped(file)),
    skipped: linted.filter(isSkipped).map(({ path }) => path),
  };
}
