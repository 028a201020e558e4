import { constants } from 'node:fs';
import { access, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UserError } from '../model/userError.ts';

/** Tells before long work, not after it, that the report has nowhere to go.
 *  @throws UserError */
export async function checkWritable(file: string): Promise<void> {
  try {
    const there = await stat(file).catch(() => undefined);
    if (there?.isDirectory()) throw new Error('it is a folder');
    await access(there === undefined ? dirname(resolve(file)) : file, constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Writes the report whole or not at all. */
export async function writeReport(file: string, html: string): Promise<void> {
  try {
    await writeFile(file, html);
  } catch (error) {
    if ((await stat(file).catch(() => undefined))?.isFile()) await rm(file, { force: true });
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  return new UserError('REPORT_UNWRITABLE', file, message, 'Name a file in a folder that exists and can be written.');
}
