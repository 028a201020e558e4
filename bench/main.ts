import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Engine } from '../packages/weir/src/engine/engine.ts';
import { backtest } from './backtest.ts';
import { compileTimes } from './compile.ts';
import { datetime } from './datetime.ts';
import { livePasses } from './fusion.ts';
import { intakeOfFormats } from './intake.ts';
import { liveRuns } from './live.ts';
import { query } from './query.ts';
import { ruleTestTimes } from './ruleTests.ts';
import { scan } from './scan.ts';
import { settling } from './settling.ts';
import { startup } from './startup.ts';
import { updates } from './update.ts';

// Prints ratios; judges nothing. `npm run bench`, `npm run bench -- query scan`, `npm run bench -- --quick`.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const quick = values.quick === true;
const runs = quick ? 1 : 7;
const month = quick ? 24 : 720;
const directory = await mkdtemp(join(tmpdir(), 'weir-bench-'));
const engine = await Engine.open({ memoryMb: 4000, threads: 2, spillDirectory: join(directory, 'spill') });

const benches: Record<string, () => Promise<string[]>> = {
  datetime: () => datetime(engine, directory, quick ? 200_000 : 10_000_000, runs),
  query: () => query(engine, directory, quick ? 200_000 : 10_000_000, runs),
  intake: () => intakeOfFormats(engine, directory, quick ? 10_000 : 500_000, quick ? 1 : 3),
  scan: () => scan(engine, directory, quick ? 10_000 : 1_000_000, quick ? 1 : 3),
  backtest: () => backtest(engine, directory, quick ? 50_000 : 2_000_000, quick ? 1 : 3),
  update: () => updates(engine, directory, quick ? 500 : 3_000, month, quick ? 1 : 5),
  live: () => liveRuns(engine, directory, quick ? 500 : 3_000, month, quick ? 1 : 5),
  fusion: () => livePasses(engine, directory, quick ? [1_000, 6] : [10_000, 168], quick ? 1 : 3),
  settling: () => settling(engine, directory, quick ? [1, 3] : [1, 3, 7], quick ? 1_000 : 20_000),
  compile: () => compileTimes(quick ? 10 : 1, runs),
  'rule-tests': () => ruleTestTimes(directory, quick ? 1 : 3),
  startup: () => startup(directory, runs),
};

try {
  for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
    const bench = benches[name];
    if (bench === undefined) throw new Error(`no benchmark ${name}; there are ${Object.keys(benches).join(', ')}`);
    process.stdout.write(`# ${name}\n`);
    for (const text of await bench()) process.stdout.write(`${text}\n`);
  }
} finally {
  engine.close();
  await rm(directory, { recursive: true, force: true });
}
