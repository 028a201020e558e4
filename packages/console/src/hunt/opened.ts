import type { Hunt, Hunts, SavedHunt } from '../api/types.ts';
import type { HuntSearch } from './search.ts';

/** A hunt that is open on the page. */
export type Opened =
  | { readonly kind: 'shipped'; readonly hunt: Hunt }
  | { readonly kind: 'saved'; readonly hunt: SavedHunt };

/** What an address calls a hunt; undefined where it names none. */
export function searchOfHunt(opened: Opened): HuntSearch {
  return opened.kind === 'shipped' ? { hunt: opened.hunt.name } : { saved: opened.hunt.id };
}

/** Over which time it looks. */
export function rangeOfHunt({ kind, hunt }: Opened): string {
  return kind === 'saved' ? hunt.range : '';
}

/** The hunt that an address names. */
export function huntOfSearch({ hunt, saved }: HuntSearch, all: Hunts): Opened | undefined {
  const kept = all.saved.find(({ id }) => id === saved);
  if (kept !== undefined) return { kind: 'saved', hunt: kept };
  const own = all.hunts.find(({ name }) => name === hunt);
  return own && { kind: 'shipped', hunt: own };
}
