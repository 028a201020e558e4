import type { Disk } from '../disk/disk.ts';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { openDestinations } from '../notify/open.ts';
import { Store } from '../store/store.ts';

/** What the service stands on and could fail under it: handed down, so that faults can be put into it. */
export interface Machine {
  readonly disk: Disk;
  readonly openStore: (path: string) => Store;
  readonly openDestinations: typeof openDestinations;
}

/** The machine that it runs on. */
export const machine: Machine = { disk: nodeDisk, openStore: (path) => Store.open(path), openDestinations };
