import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { maxTicks, type Schema } from '@weir/kql/types';
import { backtest as playBack } from './backtest/backtest.ts';
import { loadCatalogue } from './catalogue/load.ts';
import { compilingAhead } from './detect/compileAhead.ts';
import { detect } from './detect/detect.ts';
import { lackingOf } from './detect/lacking.ts';
import { namelessOf } from './detect/nameless.ts';
import { refusedRun } from './detect/refused.ts';
import { evidenceTime } from './detect/window.ts';
import { Engine } from './engine/engine.ts';
import { sqlName } from './engine/sql.ts';
import { applyExceptions } from './exceptions/apply.ts';
import { knownRules } from './exceptions/known.ts';
import { loadExceptions } from './exceptions/load.ts';
import { loadVerdicts } from './exceptions/verdicts.ts';
import { countConnections } from './fuse/counts.ts';
import { fuse } from './fuse/fuse.ts';
import { inventoryAdvice } from './inventory/advice.ts';
import { loadInventory } from './inventory/load.ts';
import { writeInventory } from './inventory/table.ts';
import { Lake, type ReadableLake } from './lake/lake.ts';
import { settleRollups } from './lake/rollups.ts';
import { canaryDevices } from './live/canaryDevices.ts';
import { waitingLonger } from './live/fusion/behind.ts';
import { withHome } from './live/home.ts';
import type { Backtest } from './model/backtest.ts';
import type { Catalogue } from './model/catalogue.ts';
import type { Clock } from './model/clock.ts';
import type { Finding } from './model/finding.ts';
import type { FusionReport } from './model/fusionReport.ts';
import type { InputReport } from './model/input.ts';
import type { Inventory } from './model/inventory.ts';
import type { Progress } from './model/progress.ts';
import type { ScanResult } from './model/scanResult.ts';
import type { IntakeOptions } from './normalize/input.ts';
import { intake } from './normalize/intake.ts';
import { loadEachRule, loadRules } from './rules/load.ts';
import type { Rule } from './rules/rule.ts';
import { expand, type Found } from './source/expand.ts';
import { publicRollups, publicTables, weirSchema } from './tables/index.ts';
import { schemaWith } from './tables/watchlists.ts';
import { type Tuned, tune } from './tune/tune.ts';

export { shapeOfQuery } from './detect/ruleQuery.ts';

export interface ReadOptions {
  /** Files, folders, globs; `-` is standard input. */
  readonly paths: readonly string[];
  /** In their place: what a service has read into its home, as it is now. Its inventory is in it. */
  readonly home?: { readonly directory: string; readonly clock: Clock };
  readonly stdin?: Readable;
  /** Folder of Weir's content: catalogue and rules. */
  readonly content: string;
  /** The file that says which hosts, networks and services are the organisation's own. */
  readonly inventory?: string;
  /** An empty folder for segments and spilled data; whoever made it removes it. */
  readonly workDirectory: string;
  /** Where rejected records are written, one JSON object a line. */
  readonly rejectsFile?: string;
  readonly onProgress?: (progress: Progress) => void;
  /** The user's own folder, in which what rules are compiled to is kept for later processes. */
  readonly kept?: string | undefined;
}

export interface ScanOptions extends ReadOptions {
  /** Rule files or folders; Weir's own where empty. */
  readonly rules: readonly string[];
  /** One run at this moment (ticks) instead of a replay over the data's own time. */
  readonly asOf?: bigint;
  /** A file of exceptions, and the present (ticks), against which it is told that one ends. */
  readonly exceptions?: { readonly file: string; readonly now: bigint };
}

/** Logs read, normalized and fused: what scan detects on and query asks. */
export interface Reading {
  readonly lake: Pick<Lake, 'engine' | 'directory'>;
  readonly inputs: readonly InputReport[];
  readonly fusion: FusionReport;
  readonly inventory: Inventory | undefined;
  /** What a query may name. */
  readonly schema: Schema;
  /** Devices of a home's canaries, in lower case. */
  readonly canaries?: ReadonlySet<string>;
}

/** The path of the data: source and normalize, fuse, detect. `also` looks at the lake while it stands, with all that was
 *  found, hidden or not. A file that is no
 *  rule is told as a run with an error, and the others go on.
 *  @throws UserError where no file is a rule, before anything is read */
export async function scan<Extra>(
  options: ScanOptions,
  also: (reading: Reading, found: readonly Finding[]) => Promise<Extra>,
): Promise<{ result: ScanResult; extra: Extra }> {
  const own = join(options.content, 'rules');
  const { rules, refused } = await loadEachRule(options.rules.length > 0 ? options.rules : [own]);
  if (rules.length === 0 && refused[0] !== undefined) throw refused[0];
  const { file, now = 0n } = options.exceptions ?? {};
  const { rules: nameable, all } = await knownRules(rules, options.rules, own);
  const names = { rules: nameable, all: all && refused.length === 0 };
  const exceptions = file === undefined ? [] : await loadExceptions(file, names);
  return readForRules(options, rules, async (reading) => {
    const { schema } = reading;
    const {
      runs: ran,
      findings: found,
      holds,
    } = await detect(reading.lake, rules, {
      schema,
      ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
      conditions: exceptions,
      onProgress: ({ rule }) => options.onProgress?.({ stage: 'detect', what: rule }),
    });
    const { findings, ofCanaries } = withoutCanaries(found, reading.canaries);
    const runs = [
      ...ran.map((run) => ({ ...run, findings: run.findings - (ofCanaries.get(run.rule) ?? 0) })),
      ...refused.map(refusedRun),
    ];
    const known = rules.map(({ id }) => id);
    const { shown, hidden, uses } = applyExceptions(findings, holds, { exceptions, verdicts: [], rules: known, now });
    const { from, until } = await dataSpan(reading.lake);
    const grave = findings.filter(({ severity }) => severity === 'high' || severity === 'medium');
    const suspects = new Set(grave.flatMap(({ services }) => services));
    const advice = await inventoryAdvice(reading.lake.engine, reading.inventory, suspects);
    const complete =
      reading.inputs.every((input) => input.complete && input.rejects === 0) && !runs.some((run) => run.error);
    const result: ScanResult = {
      complete,
      findings: shown,
      hidden,
      exceptions: uses,
      runs,
      inputs: reading.inputs,
      lacking: lackingOf(reading.inputs, rules, schema),
      fusion: { ...reading.fusion, notes: [...reading.fusion.notes, ...canaryNote(ofCanaries), ...advice] },
      nameless: await namelessOf(reading.lake.engine),
      asOf: options.asOf ?? null,
      dataFrom: from,
      dataUntil: until,
    };
    return { result, extra: await also(reading, found) };
  });
}

/** What was found of devices that are real, and how many findings each rule has of a canary's. */
function withoutCanaries(found: readonly Finding[], canaries: ReadonlySet<string> = new Set()) {
  const isCanary = ({ entities }: Finding) => canaries.has(entities.device.toLowerCase());
  const ofCanaries = new Map<string, number>();
  for (const { rule } of found.filter(isCanary)) ofCanaries.set(rule.id, (ofCanaries.get(rule.id) ?? 0) + 1);
  return { findings: found.filter((finding) => !isCanary(finding)), ofCanaries };
}

function canaryNote(ofCanaries: ReadonlyMap<string, number>): string[] {
  const left = [...ofCanaries.values()].reduce((sum, n) => sum + n, 0);
  if (left === 0) return [];
  const [findings, are] = left === 1 ? ['finding', 'is'] : ['findings', 'are'];
  return [`${left} ${findings} of canaries ${are} left out: the service sent them to see that alerts come`];
}

export interface BacktestOptions extends ReadOptions {
  /** Rule files or folders. */
  readonly rules: readonly string[];
  /** Other versions of them. */
  readonly against?: string;
  readonly exceptions?: string;
  readonly verdicts?: string;
  /** The first and the last tick to look at; absent: those of the data's own time. */
  readonly since?: bigint;
  readonly until?: bigint;
  /** Settled: from a tick to its run. As known: from a row's time to its arrival, where that is not recorded. */
  readonly delay: bigint;
  readonly question: Backtest['question'];
  /** The present, ticks: what an exception's end is told against. */
  readonly now: bigint;
}

/** The same path, with rules played over it as they would have run, and what they would have told counted. */
export async function backtest(options: BacktestOptions): Promise<Backtest> {
  const { question, delay, now, since, until } = options;
  const { rules, refused } = await loadEachRule(options.rules);
  if (rules.length === 0 && refused[0] !== undefined) throw refused[0];
  const against = options.against === undefined ? [] : await loadRules([options.against]);
  const { rules: nameable, all } = await knownRules(rules, options.rules, join(options.content, 'rules'));
  const names = { rules: nameable, all: all && refused.length === 0 };
  const exceptions = options.exceptions === undefined ? [] : await loadExceptions(options.exceptions, names);
  const verdicts = options.verdicts === undefined ? [] : await loadVerdicts(options.verdicts);
  return readForRules(options, [...rules, ...against], async ({ lake, inputs, fusion, schema }) => {
    const played = await playBack(lake, {
      ...{ rules, against, exceptions, verdicts, question, delay, now },
      refused: refused.map(refusedRun),
      schema,
      within: { from: since ?? 0n, until: until ?? maxTicks },
      onProgress: (rule) => options.onProgress?.({ stage: 'detect', what: rule }),
    });
    const complete =
      inputs.every((input) => input.complete && input.rejects === 0) && !played.rules.some(({ run }) => run.error);
    return {
      complete,
      question,
      delay,
      since: since ?? null,
      until: until ?? null,
      inputs,
      fusion,
      ...played,
    };
  });
}

export interface TuneOptions extends ReadOptions {
  /** Rule files or folders. */
  readonly rules: readonly string[];
  readonly verdicts?: string;
  /** The present, ticks: when proposed exceptions begin. */
  readonly now: bigint;
}

/** The same path, with exceptions proposed for the habits among what rules find. Writes nothing. */
export async function tuneLogs(options: TuneOptions): Promise<{ tuned: Tuned; inputs: readonly InputReport[] }> {
  const rules = await loadRules(options.rules);
  const verdicts = options.verdicts === undefined ? [] : await loadVerdicts(options.verdicts);
  return readForRules(options, rules, async ({ lake, inputs, schema }) => {
    options.onProgress?.({ stage: 'detect', what: 'looking for habits' });
    return { tuned: await tune(lake, rules, { schema, verdicts, now: options.now }), inputs };
  });
}

/** Of what was named, what cannot be opened, with the reason. Nothing is read. */
export async function unreadable(paths: readonly string[]): Promise<readonly Found[]> {
  return (await expand(paths)).filter(({ kind }) => kind === 'unreadable');
}

/** Reads, normalizes and fuses logs into a lake that stands while `use` runs, and in the meantime compiles the rules that it
 *  will run. */
export async function read<Result>(
  options: ReadOptions,
  use: (reading: Reading) => Promise<Result>,
  rules: readonly Rule[] = [],
): Promise<Result> {
  if (options.home !== undefined) return readHome(options, options.home, use, rules);
  const catalogue = await loadCatalogue(join(options.content, 'catalogue'));
  const inventory = await inventoryOf(options, catalogue);
  const schema = schemaWith(inventory?.watchlists ?? []);
  const logsInto = async (lake: Lake): Promise<Result> => {
    const intakeOptions: IntakeOptions = {
      lake,
      workDirectory: options.workDirectory,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      ...(options.rejectsFile === undefined ? {} : { rejectsFile: options.rejectsFile }),
      onProgress: (progress) => options.onProgress?.({ stage: 'read', what: progress.path, ...progress }),
    };
    const { inputs } = await intake(options.paths, intakeOptions);
    options.onProgress?.({ stage: 'fuse', what: 'joining processes, bytes and names' });
    const fusion = await fuse(lake, { catalogue, ...(inventory === undefined ? {} : { inventory }) });
    if (inventory !== undefined) await writeInventory(lake, inventory);
    await lake.engine.confine(lake.directory);
    return await use({ lake, inputs, fusion, inventory, schema });
  };
  return compilingAhead(rules, schema, () => withLake(options.workDirectory, logsInto), options.kept);
}

/** The same, with what its rules look back at reckoned once. A home's files are the service's. */
function readForRules<Result>(
  options: ReadOptions,
  rules: readonly Rule[],
  use: (reading: Reading) => Promise<Result>,
): Promise<Result> {
  const looksBack = rules.some(({ query }) => publicRollups.some(({ name }) => query.includes(name)));
  const withRollups = async (reading: Reading): Promise<Result> => {
    if (looksBack && options.home === undefined) await settleRollups(reading.lake);
    return await use(reading);
  };
  return read(options, withRollups, rules);
}

/** The lake of a service's home in place of logs: what it fused is told, how well is told by the service. */
async function readHome<Result>(
  { workDirectory, content, inventory: file, kept }: ReadOptions,
  { directory, clock }: NonNullable<ReadOptions['home']>,
  use: (reading: Reading) => Promise<Result>,
  rules: readonly Rule[],
): Promise<Result> {
  const engine = await Engine.open({ ...limits, spillDirectory: join(workDirectory, 'spill') });
  try {
    return await withHome(directory, { engine, clock, holder: 'weir' }, async ({ segments, store }) => {
      await engine.confine(segments);
      const behind = waitingLonger(store, clock.now() - usualWait);
      const notes = behind === undefined ? [] : [behind.told];
      const fusion = { ...(await countConnections(engine)), ...untold, notes };
      const of = file === undefined ? {} : { inventory: file };
      const inventory = await inventoryOf(of, await loadCatalogue(join(content, 'catalogue')));
      const schema = schemaWith(inventory?.watchlists ?? []);
      const lake = { engine, directory: segments };
      const canaries = canaryDevices(store);
      const reading = { lake, inputs: [], fusion, inventory, schema, canaries };
      return await compilingAhead(rules, schema, () => use(reading), kept);
    });
  } finally {
    engine.close();
  }
}

/** A service that keeps up joins rows to connections within this; ticks. */
const usualWait = 60n * 10_000_000n;

const untold = { matchableFlows: 0, matchedFlows: 0, gaps: [], clockOffsets: [] } as const;

/** A lake without logs that stands while `use` runs: every table is there, and but for an inventory's empty. */
export async function readNothing(
  options: Pick<ReadOptions, 'content' | 'inventory' | 'workDirectory'>,
  use: (lake: ReadableLake) => Promise<void>,
): Promise<void> {
  const inventory =
    options.inventory && (await inventoryOf(options, await loadCatalogue(join(options.content, 'catalogue'))));
  await withLake(options.workDirectory, async (lake) => {
    if (inventory) await writeInventory(lake, inventory);
    await lake.engine.confine(lake.directory);
    await use(lake);
  });
}

/** What a query may name where this inventory is given. */
export async function schemaOf(options: Pick<ReadOptions, 'content' | 'inventory'>): Promise<Schema> {
  if (options.inventory === undefined) return weirSchema;
  const inventory = await inventoryOf(options, await loadCatalogue(join(options.content, 'catalogue')));
  return schemaWith(inventory?.watchlists ?? []);
}

async function inventoryOf(
  { inventory }: Pick<ReadOptions, 'inventory'>,
  { services }: Catalogue,
): Promise<Inventory | undefined> {
  return inventory === undefined ? undefined : await loadInventory(inventory, services);
}

async function withLake<Result>(workDirectory: string, use: (lake: Lake) => Promise<Result>): Promise<Result> {
  const engine = await Engine.open({ ...limits, spillDirectory: join(workDirectory, 'spill') });
  try {
    return await use(await Lake.create(engine, join(workDirectory, 'lake')));
  } finally {
    engine.close();
  }
}

/** Memory and threads of a scan. The engine's limit is of what it manages; what it does not, and Node's own, is some 500 MB
 *  more in a scan of 10 GB. */
const limits = { memoryMb: 750, threads: 2 };

/** From the first row to the moment at which the last was complete, over all tables; nulls where there is no row. */
export async function dataSpan({ engine }: ReadableLake): Promise<{ from: bigint | null; until: bigint | null }> {
  const times = publicTables.map(
    ({ name }) => `SELECT min("Timestamp") AS first, max(${evidenceTime(name)}) AS last FROM ${sqlName(name)}`,
  );
  const [span] = await engine.rows<{ from: bigint | null; until: bigint | null }>(
    `SELECT min(first) AS "from", max(last) AS "until" FROM (${times.join(' UNION ALL ')})`,
  );
  return span ?? { from: null, until: null };
}
