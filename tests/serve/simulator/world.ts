import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Crash, FaultyDisk } from '../../../packages/weir/src/disk/faulty.fixture.ts';
import { calm } from './calm.ts';
import { type Checked, check, must } from './check.ts';
import { Draws } from './draws.ts';
import { Driver } from './driver.ts';
import { type FaultKind, type Likely, noFaults } from './faults.ts';
import type { WorldKind } from './kinds.ts';
import { Life } from './life.ts';
import { Told } from './options.ts';
import { workIn } from './parts.ts';
import { beginning, isNetwork, office } from './records.ts';
import { deliveriesOf } from './sender.ts';
import { Spool } from './spool.ts';
import { Trace } from './trace.ts';

const second = 10_000_000n;

export interface Ran extends Checked {
  readonly seed: number;
  readonly kind: WorldKind;
  readonly lives: number;
  readonly turns: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** The same in every run of the seed. */
  readonly trace: string;
}

/** What may go wrong, and how much of it, in a world. */
function likelyOf(draws: Draws): Likely {
  const some = (most: number) => (draws.chance(0.5) ? 0 : draws.next() * most);
  return {
    ...{ power: draws.one([0, 0.01, 0.03]), kill: some(0.03), full: some(0.05), sync: some(0.05), slow: some(0.2) },
    ...{ commit: draws.one([0, 0.02, 0.06, 0.2]), busy: some(0.05), storeFull: some(0.05) },
    ...{ memory: some(0.004), statement: some(0.02) },
    ...{ hangs: some(0.3), fails: some(0.5), lost: some(0.2) },
  };
}

/** What nobody waited for and failed: it would end the service's process. */
const stray: unknown[] = [];
process.on('unhandledRejection', (error) => stray.push(error));

/** One world from its seed: records come, faults happen, the service ends and begins again, and at the end everything is
 *  counted.
 *  @throws what is not as it must be */
export async function run(seed: number, folder: string, only?: WorldKind): Promise<Ran> {
  const draws = new Draws(seed);
  const drawn = draws.chance(0.2) ? 'whole' : 'intake';
  const kind = only ?? drawn;
  workIn(kind);
  const trace = new Trace();
  const home = join(folder, 'home');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const faults = new Map<FaultKind, number>();
  const tried = (kind: FaultKind) => {
    faults.set(kind, (faults.get(kind) ?? 0) + 1);
    trace.add(kind);
  };
  const likely = likelyOf(draws);
  const records = office(draws, kind === 'whole' ? 4 + draws.whole(8) : 4 + draws.whole(30));
  const watched = draws.chance(0.3) ? records.filter((each) => isNetwork(each) && draws.chance(0.5)) : [];
  const spool = watched.length === 0 ? undefined : new Spool(join(folder, 'spool'), watched);
  const sent = records.filter((each) => !watched.includes(each));
  const deliveries = deliveriesOf(sent, draws);
  const drawnMax = draws.one([10_000_000_000, 10_000_000_000, 40_000, 6_000]);
  // A journal has room for the longest body, as config demands: a watched file that came at once is one.
  const journalMax = spool === undefined ? drawnMax : Math.max(drawnMax, 40_000);
  const told = new Told(faults);
  const lives = 1 + draws.whole(4);
  let now = beginning;
  let turns = 0;
  let faulty = new FaultyDisk(draws, { crash: likely.power, full: likely.full, sync: likely.sync });
  for (let number = 0; number < lives; number++) {
    const life = new Life({ ...{ home, now, draws, likely, faulty, tried } });
    const driver = new Driver(life, { deliveries, spool, journalMax, told, trace, home });
    await driver.live(10 + draws.whole(150));
    turns += driver.turns;
    now = life.turns.now() + BigInt(draws.whole(100)) * second;
    if (life.endedBy !== undefined && (await life.bury()))
      faulty = new FaultyDisk(draws, { crash: likely.power, full: likely.full, sync: likely.sync });
    for (const delivery of deliveries) delivery.underway = false;
  }
  const sound = new FaultyDisk(draws, { crash: 0, full: 0, sync: 0 });
  const life = new Life({ ...{ home, now, draws, likely: noFaults, faulty: sound, tried } });
  const driver = new Driver(life, { deliveries, spool, journalMax, told, trace, home });
  await calm(driver, kind, { deliveries, spool, clock: life.turns });
  turns += driver.turns;
  must(
    'nothing fails that nobody waits for',
    stray
      .splice(0)
      .filter((error) => !(error instanceof Crash))
      .map(String),
    [],
  );
  const checked = await check({ kind, spool, home, deliveries, told, clock: life.turns, folder });
  return { seed, kind, lives: lives + 1, turns, faults, trace: trace.digest(), ...checked };
}
