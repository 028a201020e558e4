import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { InputReport } from '../model/input.ts';
import { UserError } from '../model/userError.ts';
import { errorCode, expand, type Found, whyNot } from '../source/expand.ts';
import { type Head, headLength, judgeHead, type Utf16 } from '../source/head.ts';
import { decompressed, Spool, SpoolFailed, spoolStream } from '../source/spool.ts';
import { utf8Of } from '../source/utf16.ts';
import { type Context, type IntakeOptions, type IntakeProgress, type Source, skipped } from './input.ts';
import { knowledgeOf, readDatagrams } from './netflow/read.ts';
import { readParquet, readText } from './read.ts';
import { recognise } from './recognise.ts';
import { RejectsFile } from './rejectsFile.ts';
import { sampleText } from './sample.ts';

/** Reads files, folders, globs and standard input into the lake's intake tables. Inputs that cannot be read are listed
 *  with the reason; they never stop the others. */
export async function intake(
  paths: readonly string[],
  options: IntakeOptions,
): Promise<{ inputs: readonly InputReport[] }> {
  const rejects = options.rejectsFile === undefined ? undefined : await RejectsFile.create(options.rejectsFile);
  const { lake } = options;
  try {
    const inputs = await lake.engine.withoutPushdown(() => lake.together(() => readInputs(paths, options, rejects)));
    return { inputs };
  } finally {
    await rejects?.close();
  }
}

async function readInputs(
  paths: readonly string[],
  options: IntakeOptions,
  rejects: RejectsFile | undefined,
): Promise<InputReport[]> {
  const inputs: InputReport[] = [];
  let records = 0;
  const all = await expand(paths);
  let knowledge: ReturnType<typeof knowledgeOf> | undefined;
  const datagrams = () => (knowledge ??= knowledgeOf(all));
  const context: Context = { ...options, rejects, datagrams };
  for (const [index, found] of all.entries()) {
    const onProgress =
      context.onProgress && ((progress: IntakeProgress) => context.onProgress?.({ ...progress, records }));
    const input = await readInput(found, `input-${index}`, { ...context, ...(onProgress && { onProgress }) });
    inputs.push(input);
    records += input.records;
  }
  return inputs;
}

async function readInput(found: Found, spoolName: string, context: Context): Promise<InputReport> {
  const { path } = found;
  if (found.kind === 'unreadable') return skipped(path, found.reason ?? '');
  try {
    if (found.kind === 'file') return await readFile({ path, file: path, spoolName, incomplete: undefined }, context);
    if (!context.stdin) return skipped(path, 'standard input is not connected');
    return await readStream(context.stdin, { path, file: path, spoolName, incomplete: undefined }, context);
  } catch (error) {
    if (error instanceof SpoolFailed) return skipped(path, error.message);
    const code = errorCode(error);
    if (code === 'ENOENT') return skipped(path, 'gone: it was there when the scan began');
    if (code !== '' && !(error instanceof UserError)) return skipped(path, whyNot(code));
    throw error;
  }
}

async function readFile(source: Source, context: Context): Promise<InputReport> {
  const head = await headOf(source.file);
  switch (head.kind) {
    case 'refused':
      return skipped(source.path, source.incomplete ?? head.reason);
    case 'gzip':
    case 'zstd':
      if (source.spoolName.endsWith('.plain')) return skipped(source.path, 'compressed twice; unpack it first');
      return readCompressed(head.kind, source, context);
    case 'utf-16':
      return readUtf16(head.encoding, source, context);
    case 'parquet':
      return readParquet(source, context);
    case 'datagrams':
      return readDatagrams(source, head.version, context);
    case 'text': {
      const recognised = recognise(sampleText(head.text, basename(source.path), head.whole));
      if ('reason' in recognised) return skipped(source.path, source.incomplete ?? recognised.reason);
      return readText(source, recognised, head.bom, context);
    }
  }
}

async function headOf(file: string): Promise<Head> {
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(headLength);
    const { bytesRead } = await handle.read(bytes, 0, headLength, 0);
    return judgeHead(bytes.subarray(0, bytesRead), bytesRead < headLength);
  } finally {
    await handle.close();
  }
}

async function readCompressed(kind: 'gzip' | 'zstd', source: Source, context: Context): Promise<InputReport> {
  const plain = decompressed(kind, source.file, await progressOf(source, context));
  return readStream(plain, { ...source, spoolName: `${source.spoolName}.plain` }, context);
}

/** Lines and offsets of what is rejected are then those of the text in UTF-8. */
async function readUtf16(encoding: Utf16, source: Source, context: Context): Promise<InputReport> {
  const text = utf8Of(source.file, encoding, await progressOf(source, context));
  return readStream(text, { ...source, spoolName: `${source.spoolName}.utf8` }, context);
}

async function progressOf({ path, file }: Source, { onProgress }: Context): Promise<(bytesRead: number) => void> {
  const bytesTotal = (await stat(file)).size;
  return (bytesRead) => onProgress?.({ path, bytesRead, bytesTotal, records: 0 });
}

/** Spools a stream, so that the engine can read it as a file. */
async function readStream(stream: AsyncIterable<Buffer>, source: Source, context: Context): Promise<InputReport> {
  const spool = await Spool.create(context.workDirectory, `${source.spoolName}.content`);
  try {
    const error = await spoolStream(stream, spool).finally(() => spool.finish());
    const size = (await stat(spool.path)).size;
    const incomplete =
      error &&
      (size === 0
        ? `nothing of its content can be unpacked (${error.message}): get a whole copy`
        : `the content ends early (${error.message}); what came before is used: get a whole copy`);
    return await readFile({ ...source, file: spool.path, incomplete: incomplete ?? source.incomplete }, context);
  } finally {
    await spool.remove();
  }
}
