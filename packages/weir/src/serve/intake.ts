import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import type { HttpDoorOptions } from '../doors/context.ts';
import { doorLimits } from '../doors/limits.ts';
import { Received } from '../doors/received.ts';
import { Reception } from '../doors/reception.ts';
import type { JournalEntry } from '../journal/frame.ts';
import { Journal } from '../journal/journal.ts';
import { readJournal } from '../journal/read.ts';
import { IntakeReader } from '../live/batch.ts';
import { readCursor } from '../live/cursor.ts';
import type { homePaths } from '../live/home.ts';
import { journalLosses } from '../live/journalLoss.ts';
import type { LiveLake } from '../live/liveLake.ts';
import { Maker } from '../live/maker.ts';
import type { Health } from '../operate/health.ts';
import { type Metrics, stepOf } from '../operate/metrics.ts';
import { plural } from '../report/format.ts';
import type { Store } from '../store/store.ts';
import type { Closing } from './closing.ts';
import type { ServiceOptions } from './options.ts';
import { memoryOf } from './shares.ts';

export interface IntakeParts {
  readonly options: ServiceOptions;
  readonly paths: ReturnType<typeof homePaths>;
  readonly disk: Disk;
  readonly store: Store;
  readonly lake: LiveLake;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly closing: Closing;
  /** Ends waiting when the service stops. */
  readonly signal: AbortSignal;
}

/** A file of the journal, at most: a file goes when all of it is in the lake, so a small journal has smaller ones. */
const longestFile = 64 * 1024 * 1024;

/** What takes logs in: bodies into the journal, and rows out of it. */
export interface Intake {
  readonly journal: Journal;
  readonly reception: HttpDoorOptions['reception'];
  readonly maker: Maker;
  /** Entries that were on disk and not in the lake when the service started. */
  readonly uncommitted: () => AsyncGenerator<JournalEntry>;
}

export async function openIntake(parts: IntakeParts): Promise<Intake> {
  const { options, paths, disk, store, lake, health, metrics, closing, signal } = parts;
  const { clock, config, log } = options;
  const begin = readCursor(store);
  const { journalMax, bodyMax } = config.intake;
  const limits = { fileBytes: Math.min(longestFile, Math.floor(journalMax / 4)), heldBytes: journalMax };
  const journal = await Journal.open(disk, paths.journal, limits, begin);
  closing.add(() => journal.close());
  const end = journal.end;
  async function* uncommitted() {
    for await (const read of readJournal(disk, paths.journal, begin, end)) if ('entry' in read) yield read.entry;
  }
  const received = await Received.recall(store, uncommitted(), clock);
  const reception = new Reception({
    ...{ journal, clock, received, signal },
    onTaken: stepOf(metrics, 'journal'),
    onJournal: (refusal) => {
      tellJournal(health, refusal);
      if (refusal === undefined) log.info({ part: 'journal' }, 'it takes again');
      else log.warn({ part: 'journal' }, inWords(refusal));
    },
    limits: { ...doorLimits, bodyBytes: bodyMax, sentBytes: Math.min(doorLimits.sentBytes, bodyMax) },
  });
  const maker = await Maker.open({
    ...{ lake, store, disk, journal, clock },
    ...{ journalFolder: paths.journal, work: join(paths.work, 'intake'), rejects: paths.rejects, aside: paths.aside },
    reader: new IntakeReader(memoryOf(options, 'intake', join(paths.work, 'intake-spill'))),
    onCommitted: stepOf(metrics, 'lake'),
    onTrouble: ({ grave, message }) => {
      if (grave) tellTaken(store, health);
      log[grave ? 'error' : 'warn']({ part: 'intake' }, message);
    },
  });
  closing.add(() => maker.close());
  tellJournal(health);
  return { journal, reception, maker, uncommitted };
}

/** What was acknowledged and is lost is told until a person accepts it. */
export function tellTaken(store: Store, health: Health): void {
  const part = 'records that were taken';
  const lost = journalLosses(store);
  if (lost.length === 0) {
    health.forget(part);
    return;
  }
  const bytes = lost.reduce((sum, loss) => sum + loss.bytes, 0);
  const where = lost.length === 1 ? `at ${lost[0]?.name}` : `in ${lost.length} places`;
  health.report(
    part,
    'degraded',
    `${plural(bytes, 'byte')} of the journal that were acknowledged are no entry any more, ${where}: its disk damaged them; weir lake check names them, weir lake accept says that they need not come back`,
  );
}

/** While the journal refuses what comes, logs are better sent elsewhere or later: the service is not ready. */
export function tellJournal(health: Health, refusal?: unknown): void {
  health.report('journal', refusal === undefined ? 'ok' : 'failed', inWords(refusal));
}

/** Looks whether a journal that refused what came takes again: nobody may send, while it is said that it does not. */
export async function lookAtJournal(
  { journal, reception }: Pick<Intake, 'journal' | 'reception'>,
  health: Health,
): Promise<void> {
  if (reception.refusal === undefined) return;
  try {
    await journal.probe();
    reception.taken();
  } catch (error) {
    tellJournal(health, error);
  }
}

function inWords(refusal: unknown): string {
  if (!(refusal instanceof Error)) return '';
  return refusal.name === 'JournalFull'
    ? 'it holds as much as intake.journalMax allows: senders are held off until more of it is in the lake'
    : `its disk refuses (${refusal.message}): senders are held off`;
}
