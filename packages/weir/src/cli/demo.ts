import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unixEpochTicks } from '@weir/kql/types';
import { homePaths } from '../live/home.ts';
import { UserError } from '../model/userError.ts';
import { tell } from './stdio.ts';
import { presentTicks } from './time.ts';

/** A home for a look around, with the logs of an invented company that come in as if it were at work now. */
export interface Demo {
  readonly home: string;
  /** Ends the replay, and removes the home with everything in it. */
  end(): Promise<void>;
}

/** @throws UserError where a home is named: a demo is never mixed with what is somebody's */
export async function startDemo(named: string | undefined): Promise<Demo> {
  if (named !== undefined) {
    const advice = 'Leave --home out: a demo has a home of its own, which is gone when it ends.';
    throw new UserError('USAGE', '--home', 'a demo keeps nothing', advice);
  }
  // The company is told by what tells the samples; who does not ask for it does not load it.
  const { replayCompany } = await import('../../../../samples/replay.ts');
  const home = await mkdtemp(join(tmpdir(), 'weir-demo-'));
  const logs = join(home, 'logs');
  await mkdir(logs);
  await writeFile(homePaths(home).config, 'watch: [logs]\n');
  const stop = new AbortController();
  const now = () => Number((presentTicks() - unixEpochTicks) / 10n);
  const { rest } = await replayCompany({ out: logs, now, signal: stop.signal });
  tell('weir: a demo: the invented company Larkfield Instruments at work, its last two days and what comes now.');
  tell('weir: nothing of it is kept: its home goes when the demo ends (Ctrl-C)');
  return {
    home,
    end: async () => {
      stop.abort();
      await rest;
      await rm(home, { recursive: true, force: true });
    },
  };
}
