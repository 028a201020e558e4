import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Access } from '../access/access.ts';
import { loadCatalogue } from '../catalogue/load.ts';
import { loadInventory } from '../inventory/load.ts';
import { homePaths, makeFolders } from '../live/home.ts';
import { LiveLake } from '../live/liveLake.ts';
import type { Bell } from '../model/bell.ts';
import type { Inventory } from '../model/inventory.ts';
import { Health } from '../operate/health.ts';
import { createMetrics, type Metrics, measureProcess, stepOf } from '../operate/metrics.ts';
import { plural } from '../report/format.ts';
import type { Store } from '../store/store.ts';
import { auditInto } from '../store/trail.ts';
import type { Closing } from './closing.ts';
import { type Detection, openDetection } from './detection.ts';
import { openDoors } from './doors.ts';
import { openFusing } from './fusing.ts';
import { type Intake, lookAtJournal, openIntake, tellTaken } from './intake.ts';
import { inventoryKeeper } from './inventory.ts';
import { openKeeper } from './keeping.ts';
import { holdHome } from './lock.ts';
import { loop } from './loop.ts';
import { measureService } from './measuring.ts';
import type { ServiceOptions } from './options.ts';
import { letAnswersComeFirst } from './priority.ts';
import { Running } from './running.ts';
import { explained } from './shares.ts';
import { SourceStates } from './sourceStates.ts';
import { openNotifier, reportDestinations } from './telling.ts';
import { openCanaries, tending } from './tending.ts';

const second = 10_000_000n;

/** Every room but the port, open and at work. */
export interface Rooms {
  readonly paths: ReturnType<typeof homePaths>;
  readonly store: Store;
  readonly lake: LiveLake;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly access: Access;
  readonly inventory: Inventory | undefined;
  readonly intake: Intake;
  readonly detection: Detection;
  readonly sources: SourceStates;
}

/** Opens every room and begins their work, but for the port. `closing` is told how each is closed.
 *  @throws UserError where the home is another process's, or the config names what is not there */
export async function openRooms(options: ServiceOptions, closing: Closing): Promise<Rooms> {
  const { home, config, content, clock, random, log } = options;
  const { disk, openStore } = options.machine;
  const paths = homePaths(home);
  await letAnswersComeFirst();
  await mkdir(home, { recursive: true, mode: 0o700 });
  const lock = holdHome(home, paths.lock);
  closing.add(() => lock.release());
  // What a service that was killed had at work may write there for a moment yet.
  await rm(paths.work, { recursive: true, force: true, maxRetries: 10 });
  await makeFolders(paths);

  const store = openStore(paths.store);
  closing.add(() => store.close());
  const audit = auditInto(store);
  const health = new Health(clock);
  const metrics = createMetrics();
  measureProcess(metrics);
  const { idle, longest: absolute } = config.sessions;
  const access = new Access({ store, clock, random, audit, sessions: { idle, absolute } });
  const ending = new AbortController();
  const { signal } = ending;

  const catalogue = await loadCatalogue(join(content, 'catalogue'));
  const inventory =
    config.inventory === undefined ? undefined : await loadInventory(config.inventory, catalogue.services);
  const lake = await LiveLake.open({ store, disk, directory: paths.segments, clock });
  closing.add(() => lake.close());
  for (const { name, rows } of lake.lost)
    log.error({ part: 'lake', file: name, rows }, 'a segment is gone: its rows are lost');
  tellLost(lake, health);
  tellTaken(store, health);

  const intake = await openIntake({ options, paths, disk, store, lake, health, metrics, closing, signal });
  const canaries = await openCanaries(options, store, intake.reception);
  const detection = await openDetection({
    ...{ options, paths, store, lake, health, metrics, catalogue, inventory, canaries, closing },
    retained: () => lake.retainedFrom ?? null,
  });

  const fusing = await openFusing({ options, paths, store, lake, catalogue, inventory, health, closing, signal });
  const notifier = openNotifier(options, paths, store, {
    written: detection.alerts.written,
    onTold: stepOf(metrics, 'destination'),
  });
  const keeper = await openKeeper({ options, paths, store, lake, health, closing });
  const doors = await openDoors({ options, intake, store, health, closing });
  const { journal } = intake;
  const rules = () => detection.inForce().map(({ rule }) => rule);
  measureService(metrics, { store, journal, health, clock, rules, destinations: () => notifier.health() });

  const running = new Running(health, log);
  closing.add(async () => {
    ending.abort();
    await running.ended();
  });
  const every = (part: string, pause: bigint, round: () => Promise<boolean>, bell?: Bell) => {
    const onRound = (thrown?: unknown) => {
      const error = explained(thrown);
      // What the stop itself cut short is done again after the next start.
      if (error !== undefined && signal.aborted) return;
      if (error !== undefined) log.error({ part, error }, 'a round failed; it is tried again');
      health.report(part, error === undefined ? 'ok' : 'failed', error instanceof Error ? error.message : '');
    };
    const timed = async () => {
      const done = metrics.rounds.startTimer({ part });
      try {
        return await round();
      } finally {
        done();
      }
    };
    running.add(part, loop(timed, pause, { clock, signal, onRound, ...(bell && { bell }) }));
  };
  every('store', 10n * second, async () => {
    // What stands there already: it fails where nothing can be written.
    store.transaction(() => store.statement('UPDATE manifest SET seq = seq').run());
    // A person may have accepted it, or it is too old by now.
    tellLost(lake, health);
    tellTaken(store, health);
    return false;
  });
  const look = async () => {
    await lookAtJournal(intake, health);
    return false;
  };
  running.add('journal', loop(look, 2n * second, { clock, signal, onRound: () => undefined }));
  every('intake', second / 2n, () => intake.maker.step(), intake.journal.grown);
  running.add('lake is kept', keeper.run(10n * second, signal));
  every('files of rules', 10n * second, async () => {
    await detection.reload();
    return false;
  });
  every('fusion', second, fusing.pass);
  every('settling', 10n * second, fusing.settle);
  every('tags', second, fusing.retag);
  if (inventory !== undefined)
    every('inventory', 600n * second, inventoryKeeper(options, { paths, lake, inventory, signal }));
  const sources = new SourceStates(store, clock, options.config.watch);
  const tend = tending(options, { store, alerts: detection.alerts, health, canaries });
  every('looking after sources', 60n * second, async () => {
    await tend();
    sources.report(health);
    return false;
  });
  every('looking after destinations', 10n * second, async () => {
    reportDestinations(notifier, health);
    return false;
  });
  every('ends of exceptions', 3_600n * second, async () => {
    detection.warnOfEnds();
    return false;
  });
  running.add('scheduler', detection.scheduler.run(signal));
  running.add('destinations', notifier.run(signal));
  for (const door of doors) running.add('watched files', door(signal));

  return { paths, store, lake, health, metrics, access, inventory, intake, detection, sources };
}

/** Rows that are lost are told until they are back, too old, or a person accepts it. */
function tellLost({ lost }: LiveLake, health: Health): void {
  const rows = lost.reduce((sum, segment) => sum + segment.rows, 0);
  const told = `${plural(lost.length, 'segment')} with ${plural(rows, 'row')} lost: weir lake check names them; put the files back and start the service anew, or weir lake accept them`;
  health.report('lake', lost.length === 0 ? 'ok' : 'degraded', told);
}
