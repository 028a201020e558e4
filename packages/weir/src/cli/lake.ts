import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { Engine } from '../engine/engine.ts';
import { acceptLoss } from '../live/acceptLoss.ts';
import { backUp, restore } from '../live/backup.ts';
import { type CheckReport, checkLake } from '../live/check.ts';
import { withSnapshot } from '../live/home.ts';
import { UserError } from '../model/userError.ts';
import { plural } from '../report/format.ts';
import { machineClock } from './clock.ts';
import { exitCodes } from './failure.ts';
import { homeDirectory } from './home.ts';
import { print, tell } from './stdio.ts';
import { withWorkDirectory } from './workDirectory.ts';

interface LakeFlags {
  readonly home?: string;
}

/** `weir lake check`: 1 where something is wrong. */
export async function runLakeCheck(flags: LakeFlags): Promise<number> {
  const home = homeDirectory(flags.home, process.env);
  const report = await check(home);
  for (const problem of report.problems) await print(`wrong: ${problem}\n`);
  for (const note of report.notes) await print(`note: ${note}\n`);
  await print(`${summary(report)}\n`);
  return report.problems.length === 0 ? exitCodes.done : exitCodes.findings;
}

/** `weir lake accept FILE...`: whoever can write to the home needs no other proof. */
export async function runLakeAccept(
  files: readonly string[],
  { reason, ...flags }: LakeFlags & { readonly reason: string },
): Promise<number> {
  if (reason.trim() === '')
    throw new UserError('REASON_MISSING', '--reason', 'no reason', 'Say why the rows need not come back.');
  const home = homeDirectory(flags.home, process.env);
  return await withSnapshot(home, { clock: machineClock, holder: 'accepting a loss' }, async ({ store, paths }) => {
    const actor = `local:${userInfo().username}`;
    const { rows, bytes } = acceptLoss(
      store,
      { files, directory: paths.segments },
      { actor, at: machineClock.now(), reason },
    );
    const journal = bytes === 0 ? '' : ` and ${plural(bytes, 'byte')} of the journal`;
    tell(`weir: ${plural(rows, 'row')}${journal} accepted as lost; the trail says by whom and why`);
    return exitCodes.done;
  });
}

/** `weir lake backup FOLDER`. */
export async function runLakeBackup(folder: string, flags: LakeFlags): Promise<number> {
  const home = homeDirectory(flags.home, process.env);
  const to = resolve(folder);
  const { files, bytes } = await withSnapshot(home, { clock: machineClock, holder: 'a backup' }, ({ store, paths }) =>
    backUp({ store, paths, disk: nodeDisk }, to),
  );
  tell(`weir: ${to} holds the home with ${plural(files, 'file')} of its lake (${megabytes(bytes)})`);
  return exitCodes.done;
}

/** `weir lake restore FOLDER`: the home is checked at once; 1 where something is wrong. */
export async function runLakeRestore(folder: string, flags: LakeFlags): Promise<number> {
  const home = homeDirectory(flags.home, process.env);
  await restore(nodeDisk, resolve(folder), home);
  const code = await runLakeCheck({ home });
  const what = code === exitCodes.done ? 'is the home that was backed up' : 'was made of a backup that is not whole';
  tell(`weir: ${home} ${what}`);
  return code;
}

async function check(home: string): Promise<CheckReport> {
  return await withSnapshot(home, { clock: machineClock, holder: 'a check' }, ({ store, paths }) =>
    withWorkDirectory(async (spillDirectory) => {
      const engine = await Engine.open({ memoryMb: 300, threads: 2, spillDirectory });
      try {
        return await checkLake({ paths, store, disk: nodeDisk, engine });
      } finally {
        engine.close();
      }
    }),
  );
}

function summary({ segments, rows, replaced, waiting, bytes, problems }: CheckReport): string {
  const lake = `${plural(segments, 'segment')} (${megabytes(bytes)}) with ${plural(rows, 'row')}, ${replaced.toLocaleString('en-US')} of them replaced`;
  const journal = `${plural(waiting, 'entry', 'entries')} of the journal not rows yet`;
  return `${problems.length === 0 ? 'all is in order' : plural(problems.length, 'problem')}: ${lake}; ${journal}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;
}
