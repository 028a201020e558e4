import type { Clock } from '../model/clock.ts';
import type { Store } from '../store/store.ts';
import { SharedLeases } from './leases.ts';
import { Manifest } from './manifest.ts';
import { Snapshot } from './snapshot.ts';

export interface LakeReaderOptions {
  readonly store: Store;
  /** Where the segments are. */
  readonly directory: string;
  readonly clock: Clock;
  /** What leases are kept under: who reads. */
  readonly holder: string;
}

/** The lake for another process than the one that writes it. */
export class LakeReader {
  readonly #store: Store;
  readonly #manifest: Manifest;
  readonly #leases: SharedLeases;

  constructor({ store, directory, clock, holder }: LakeReaderOptions) {
    this.#store = store;
    this.#manifest = new Manifest(store, directory);
    this.#leases = new SharedLeases(store, clock, holder);
  }

  snapshot(): Snapshot {
    return this.#store.transaction(() => {
      const standing = this.#manifest.read();
      return new Snapshot(standing, this.#leases.take(standing.seq));
    });
  }

  /** Whether the files of a snapshot that is being read may be gone. */
  get ended(): boolean {
    return this.#leases.ended;
  }

  close(): Promise<void> {
    return this.#leases.close();
  }
}
