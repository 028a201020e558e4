import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AlertBook } from '../alert/book.ts';
import { ExceptionBook } from '../alert/exceptionBook.ts';
import { warnOfEnds } from '../alert/warn.ts';
import type { Engine } from '../engine/engine.ts';
import { writeWatchlists } from '../inventory/watchlists.ts';
import { waitingLonger } from '../live/fusion/behind.ts';
import type { homePaths } from '../live/home.ts';
import { firstInputAt } from '../live/inputs.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Exception } from '../model/exception.ts';
import type { Inventory } from '../model/inventory.ts';
import { leastFloor } from '../notify/open.ts';
import type { Health } from '../operate/health.ts';
import { type Metrics, stepOf } from '../operate/metrics.ts';
import type { LiveRule } from '../schedule/bringUp.ts';
import type { Canaries } from '../schedule/canaries.ts';
import { gapsOf, isLacking } from '../schedule/gaps.ts';
import { Library } from '../schedule/library.ts';
import { forgetRemoved } from '../schedule/removed.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { ageTime } from '../store/ageTime.ts';
import type { Store } from '../store/store.ts';
import { schemaWith } from '../tables/watchlists.ts';
import type { Closing } from './closing.ts';
import { RuleChecker } from './desks/ruleChecker.ts';
import { ruleFolders } from './desks/ruleFolders.ts';
import { RuleTexts } from './desks/ruleTexts.ts';
import { stoppedRules } from './desks/stops.ts';
import type { ServiceOptions } from './options.ts';
import { memoryOf } from './shares.ts';
import { floor } from './telling.ts';

/** Rows are connections within this, where fusion keeps up. */
const usualWait = 60n * 10_000_000n;

export interface DetectionParts {
  readonly options: ServiceOptions;
  readonly paths: ReturnType<typeof homePaths>;
  readonly store: Store;
  readonly lake: LiveLake;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly catalogue: Catalogue;
  readonly inventory: Inventory | undefined;
  readonly canaries: Canaries | undefined;
  /** Evidence times before it may be gone by retention; null: none is. */
  readonly retained: () => bigint | null;
  readonly closing: Closing;
}

export interface Detection {
  readonly alerts: AlertBook;
  readonly exceptionBook: ExceptionBook;
  /** In force: those of the file, and those made while the service runs. */
  readonly exceptions: () => readonly Exception[];
  /** Tells of exceptions that will end soon, of each end once. */
  readonly warnOfEnds: () => void;
  readonly library: Library;
  /** The rules that run: those of the library that nobody stopped. */
  readonly inForce: () => readonly LiveRule[];
  readonly ruleTexts: RuleTexts;
  readonly scheduler: Scheduler;
  /** Reads rules and exceptions again where their files changed. */
  readonly reload: () => Promise<void>;
}

/** What finds: rules, their runs, and the alerts that come of them. */
export async function openDetection(parts: DetectionParts): Promise<Detection> {
  const { options, paths, store, lake, health, metrics, catalogue, inventory, canaries, retained, closing } = parts;
  const { config, content, clock, log } = options;
  await mkdir(paths.evidence, { recursive: true });
  const basis = createHash('sha256')
    .update(catalogue.version)
    .update(JSON.stringify(inventory ?? null))
    .digest('hex');
  const places = { paths: config.rules, own: join(content, 'rules'), home: paths.rules };
  const library = new Library({
    ...places,
    exceptions: config.exceptions,
    basis: () => basis,
  });
  const inForce = () => {
    const stopped = stoppedRules(store);
    return library.rules.filter(({ rule }) => !stopped.has(rule.id));
  };
  const read = async () => {
    const reloaded = await library.reload(clock.now());
    const parts = new Set(inForce().map(({ rule }) => partOf(rule)));
    for (const part of health.parts.keys())
      if (part.startsWith(partOf({ name: '' })) && !parts.has(part)) health.forget(part);
    // A rule whose file cannot be read is not removed.
    if (library.troubles.length === 0) {
      const ids = library.rules.map(({ rule }) => rule.id);
      await forgetRemoved({ store, folder: paths.evidence }, ids, ageTime(store, clock.now()));
    }
    if (reloaded === undefined) return;
    for (const trouble of library.troubles) log.warn({ part: 'rules', error: trouble }, trouble.message);
    const [first] = library.troubles;
    health.report('rules', first ? 'degraded' : 'ok', first ? `${first.place}: ${first.message}` : '');
  };
  const watchlists = inventory?.watchlists ?? [];
  const schema = schemaWith(watchlists);
  const checker = new RuleChecker(
    { content, watchlists: watchlists.map(({ name, columns }) => ({ name, columns })) },
    clock,
  );
  closing.add(() => checker.close());
  const ruleTexts = new RuleTexts({
    ...{ store, disk: options.machine.disk, home: options.home, library, read, folders: ruleFolders(places) },
    check: (text) => checker.check(text),
    now: () => clock.now(),
    onTrouble: (error) => log.error({ part: 'rules', error }, 'what a rule says could not be kept; it is tried again'),
  });
  const reload = async () => {
    await ruleTexts.reload();
    const copies = ruleTexts.copies();
    const behind = library.rules.filter(({ rule }) => copies.get(rule.id)?.isOutdated === true);
    if (behind.length === 0) return health.forget(copiesPart);
    const names = behind.map(({ rule }) => rule.name).join(', ');
    const advice = 'Their pages under Rules show what changed: go back to the shipped rule there, or keep yours.';
    health.report(
      copiesPart,
      'degraded',
      `Weir ships another text than these copies were made from: ${names}. ${advice}`,
    );
  };
  await reload();
  const alerts = new AlertBook(store, { floor: leastFloor(config.destinations, floor) });
  const known = () => ({ rules: library.rules.map(({ rule }) => rule), all: true });
  const exceptionBook = new ExceptionBook(store, known);
  const exceptions = () => [...library.exceptions, ...exceptionBook.inForce()];
  const looked = stepOf(metrics, 'rule');
  const unjoined = () => waitingLonger(store, clock.now() - usualWait);
  // A home's first logs came then; a clock that was not set yet may have dated them years before.
  const absentFrom = () => {
    const oldest = clock.now() - config.lake.keep;
    const first = firstInputAt(store);
    return first !== undefined && first > oldest ? first : oldest;
  };
  const scheduler = new Scheduler({
    ...{ store, lake, clock, folder: paths.evidence, retained, absentFrom },
    schema,
    rules: inForce,
    exceptions,
    confirmed: () => alerts.confirmed(),
    isCanary: (finding) => canaries?.isCanary(finding) === true,
    apply: (told) => {
      canaries?.saw(told);
      alerts.apply(told);
    },
    engine: memoryOf(options, 'rules', join(paths.work, 'rules-spill')),
    prepare: (engine: Engine) => writeWatchlists(engine, watchlists),
    onTrouble: (error) => {
      log.error({ part: 'rules', error }, 'rules cannot run; it is tried again');
      health.report('scheduler', 'failed', error instanceof Error ? error.message : String(error));
    },
    unjoined,
    onLook: ({ rule }, waited) => rule.kind === 'NRT' && looked(waited),
    onRun: ({ rule, took, said, failed }) => {
      metrics.rounds.observe({ part: partOf(rule) }, Number(took) / 1e7);
      log[failed ? 'error' : 'debug']({ part: 'rules', rule: rule.name, ms: Number(took / 10_000n) }, said);
      const lacking = gapsOf(store, { open: true }).find((gap) => gap.rule === rule.id && isLacking(gap));
      const reason = failed ? said : lacking?.detail;
      health.report('scheduler', 'ok');
      health.report(partOf(rule), reason === undefined ? 'ok' : 'degraded', reason);
    },
  });
  const warn = () => warnOfEnds(store, exceptions(), clock.now());
  return { alerts, exceptionBook, exceptions, warnOfEnds: warn, library, inForce, ruleTexts, scheduler, reload };
}

/** What copies of shipped rules are called in the service's health. */
const copiesPart = 'copies of rules';

/** What a rule is called in the service's health. */
function partOf({ name }: { readonly name: string }): string {
  return `rule ${name}`;
}
