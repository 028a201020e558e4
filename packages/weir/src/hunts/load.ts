import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compile } from '@weir/kql';
import { z } from 'zod';
import { UserError } from '../model/userError.ts';
import { weirSchema } from '../tables/index.ts';
import { closest } from '../yaml/closest.ts';
import { map } from '../yaml/map.ts';
import { checkYaml, parseYaml } from '../yaml/yamlDocument.ts';
import type { Hunt } from './hunt.ts';

const code = 'HUNT_INVALID';
const text = z.string().trim().min(1, 'say something here');
const row = z.record(z.string(), z.json());

const huntFile = map({
  title: text,
  hypothesis: text,
  techniques: z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/, 'a technique is like T1567.002')).min(1),
  needs: z.array(text).min(1),
  query: text,
  reading: text,
  benign: text,
  example: map({
    common: row.default({}),
    rows: z.array(row).default([]),
    tables: z.record(z.string(), z.array(row)).default({}),
    finds: z.array(row).min(1),
  }),
});

/** The names of the hunts in a folder. */
export async function huntNames(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  return files.map(nameOf).sort();
}

/** All hunts of a folder, by name.
 *  @throws UserError at the place of a mistake */
export async function loadHunts(folder: string): Promise<Hunt[]> {
  return await Promise.all((await huntNames(folder)).map((name) => loadHunt(join(folder, `${name}.yaml`))));
}

/** The hunt of a name in a folder, or of a file that is named by its path.
 *  @throws UserError `HUNT_UNKNOWN`, or as `loadHunt` */
export async function huntCalled(written: string, folder: string): Promise<Hunt> {
  if (/\.ya?ml$/.test(written)) return await loadHunt(written);
  const names = await huntNames(folder);
  if (names.includes(written)) return await loadHunt(join(folder, `${written}.yaml`));
  const meant = closest(written, names);
  const advice = meant === undefined ? 'weir hunt lists them.' : `Did you mean ${meant}?`;
  throw new UserError('HUNT_UNKNOWN', written, 'no hunt is called so', advice);
}

/** The hunts of a folder for who shows them: their queries are not compiled, which takes a second for all of them.
 *  @throws UserError as `loadHunt` */
export async function readHunts(folder: string): Promise<Hunt[]> {
  const names = await huntNames(folder);
  return await Promise.all(names.map(async (name) => (await readHunt(join(folder, `${name}.yaml`))).hunt));
}

/** @throws UserError `HUNT_INVALID`, `HUNT_UNREADABLE` or `YAML_INVALID` with file, line and column */
export async function loadHunt(path: string): Promise<Hunt> {
  const { hunt, document } = await readHunt(path);
  const { diagnostics } = compile(hunt.query, { schema: weirSchema, dialect: 'duckdb' });
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error === undefined) return hunt;
  const at = document.linesOf(['query'], hunt.query)[error.line - 1] ?? document.position(['query']);
  const place = `${path}:${at.line}:${at.column + error.column - 1}`;
  throw new UserError(code, place, error.message, error.advice ?? 'Correct the query.');
}

async function readHunt(path: string) {
  const written = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UserError('HUNT_UNREADABLE', path, `cannot be read (${cause.code ?? cause.message})`, 'Check the path.');
  });
  const document = parseYaml(path, written);
  const hunt: Hunt = { path, name: nameOf(path), ...checkYaml(document, huntFile, code) };
  return { hunt, document };
}

function nameOf(path: string): string {
  return basename(path).replace(/\.ya?ml$/, '');
}
