import { open, stat } from 'node:fs/promises';
import type { InputReport } from '../../model/input.ts';
import type { Found } from '../../source/expand.ts';
import { isDatagrams } from '../../source/head.ts';
import { Spool } from '../../source/spool.ts';
import { applyMapping, rejectedRecords } from '../apply.ts';
import type { Context, Source } from '../input.ts';
import { report } from '../read.ts';
import { delimitedReading } from '../reading.ts';
import { Knowledge, keyOf } from './knowledge.ts';
import { lineColumns, lineOf } from './line.ts';
import { netflowMapping } from './mapping.ts';
import { recordsOf } from './record.ts';
import type { Template } from './template.ts';
import { type Header, walk } from './walk.ts';

/** What the inputs that are datagrams as they are tell of their records. */
export async function knowledgeOf(found: readonly Found[]): Promise<Knowledge> {
  const files: string[] = [];
  for (const { kind, path } of found) if (kind === 'file' && (await beginsSo(path))) files.push(path);
  return Knowledge.of(files);
}

/** A file that cannot be read is not the matter here. */
async function beginsSo(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  try {
    const begin = await file?.read(Buffer.alloc(2), 0, 2, 0);
    return begin?.bytesRead === 2 && isDatagrams(begin.buffer);
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}

/** Reads a file of NetFlow or IPFIX datagrams: its flows become lines of a spool, which the engine reads. */
export async function readDatagrams(source: Source, version: string, context: Context): Promise<InputReport> {
  const { lake, workDirectory, rejects } = context;
  const spool = await Spool.create(workDirectory, `${source.spoolName}.flows`);
  try {
    const { sound, ignored, rejected } = await spoolFlows(source, spool, context).finally(() => spool.finish());
    const options = {
      path: spool.path,
      numbered: true,
      longest: 0,
      names: lineColumns,
      delimiter: '\t',
      quoted: false,
      skip: 0,
    };
    const reading = delimitedReading(options);
    const job = { reading, mapping: netflowMapping(reading.columns) };
    const none = { rows: 0, ignored: new Map<string, number>(), rejected: new Map<string, number>() };
    const tally = sound === 0 ? none : await lake.atomically(() => applyMapping(lake, job, sound, new Set()));
    if (rejects && tally.rejected.size > 0) {
      for await (const { number, reason } of rejectedRecords(lake, job)) {
        await rejects.add({ path: source.path, line: number, reason, text: '' });
      }
    }
    for (const [reason, number] of tally.ignored) count(ignored, reason, number);
    for (const [reason, number] of tally.rejected) count(rejected, reason, number);
    const others = [...ignored.values(), ...rejected.values()].reduce((all, number) => all + number, 0);
    return report(
      source,
      { format: `netflow ${version}` },
      {
        records: tally.rows + others,
        rows: tally.rows,
        ignored,
        rejected,
        unfinished: false,
      },
    );
  } finally {
    await spool.remove();
  }
}

async function spoolFlows({ path, file }: Source, spool: Spool, { datagrams, rejects, onProgress }: Context) {
  const knowledge = await datagrams();
  await knowledge.learn(file);
  const bytesTotal = (await stat(file)).size;
  const current = new Map<string, Template>();
  const ignored = new Map<string, number>();
  const rejected = new Map<string, number>();
  let [number, sound] = [0, 0];
  let lines: string[] = [];
  let broken: { line: number; reason: string; text: string }[] = [];
  const reject = (reason: string, bytes: Buffer): void => {
    number += 1;
    count(rejected, reason, 1);
    broken.push({ line: number, reason, text: bytes.subarray(0, 256).toString('hex') });
  };
  const ignore = (reason: string): void => {
    number += 1;
    count(ignored, reason, 1);
  };
  const data = (header: Header, id: number, set: Buffer, fixed?: Template): void => {
    const template = fixed ?? current.get(keyOf(header, id)) ?? knowledge.template(file, header, id, set);
    if (typeof template === 'string') {
      reject(template, set);
      return;
    }
    const records = recordsOf(set, template);
    for (;;) {
      const step = records.next();
      if (step.done) {
        if (step.value.some((byte) => byte !== 0))
          reject('bytes at the end of a set that are too few for a record', step.value);
        return;
      }
      if (template.scopes !== null) ignore('options of the exporter (samplers, names), which are no flows');
      else {
        number += 1;
        sound += 1;
        lines.push(lineOf(number, step.value, header, knowledge.told(file, header, step.value)));
      }
    }
  };
  const template = (header: Header, found: Template): void => {
    current.set(keyOf(header, found.id), found);
    ignore('templates, which say how records are laid out');
  };
  await walk(file, { template, data, broken: reject, skipped: ignore }, async (bytes) => {
    await spool.write(Buffer.from(lines.join('')));
    for (const one of broken) await rejects?.add({ path, ...one });
    [lines, broken] = [[], []];
    onProgress?.({ path, bytesRead: bytes, bytesTotal, records: 0 });
  });
  return { sound, ignored, rejected };
}

function count(counts: Map<string, number>, reason: string, number: number): void {
  counts.set(reason, (counts.get(reason) ?? 0) + number);
}
