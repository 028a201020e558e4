import { UserError } from '../model/userError.ts';
import type { Store } from '../store/store.ts';
import { write } from '../store/trail.ts';
import { forgetLoss, journalLosses } from './journalLoss.ts';
import { Manifest } from './manifest.ts';

/** Who accepts that rows are lost, when (ticks) and why. */
export interface Acceptance {
  readonly actor: string;
  readonly at: bigint;
  readonly reason: string;
}

/** Has a person accept that the rows of segments, or bytes of the journal, are lost: the service goes on without them and is
 *  well, and the trail keeps what was lost and why nobody minds. Gives how many rows and bytes that are.
 *  @throws UserError where a name is none of what the service found to be lost */
export function acceptLoss(
  store: Store,
  { files, directory }: { readonly files: readonly string[]; readonly directory: string },
  { actor, at, reason }: Acceptance,
): { readonly rows: number; readonly bytes: number } {
  return store.transaction(() => {
    const manifest = new Manifest(store, directory);
    const lost = new Map(manifest.lost().map((segment) => [segment.name, segment]));
    const torn = new Map(journalLosses(store).map((loss) => [loss.name, loss]));
    let [rows, bytes] = [0, 0];
    for (const file of new Set(files)) {
      const loss = torn.get(file);
      if (loss !== undefined) {
        forgetLoss(store, loss.place);
        bytes += loss.bytes;
        const details = { reason, bytes: loss.bytes };
        write(store, { at, actor, action: 'lake.loss-accepted', subject: `journal:${file}`, details });
        continue;
      }
      const segment = lost.get(file);
      if (segment === undefined) throw notLost(file, [...lost.keys(), ...torn.keys()]);
      manifest.giveUp(segment.id);
      rows += segment.rows;
      const { table, span } = segment;
      const details = { reason, table, rows: segment.rows, from: ticksOf(span?.from), until: ticksOf(span?.until) };
      write(store, { at, actor, action: 'lake.loss-accepted', subject: `segment:${file}`, details });
    }
    return { rows, bytes };
  });
}

function ticksOf(time: bigint | undefined): string | null {
  return time === undefined ? null : String(time);
}

function notLost(file: string, lost: readonly string[]): UserError {
  const others = lost.length === 0 ? 'none is' : `lost are: ${lost.join(', ')}`;
  return new UserError(
    'SEGMENT_NOT_LOST',
    file,
    `the service did not find this segment lost when it last started, nor this place in the journal; ${others}`,
    'Name what weir lake check calls lost. What has gone since is known to be lost after the next start.',
  );
}
