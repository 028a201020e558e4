/** Kinds of faults, and how often each was tried. */
export const faultKinds = [
  'power lost at a step',
  'power lost in a commit',
  'power lost between steps',
  'killed at a step',
  'killed before a commit',
  'killed after a commit',
  'killed between steps',
  'full disk',
  'failed sync',
  'slow sync',
  'store busy',
  'store full',
  'out of memory',
  'slow statement',
  'destination hangs',
  'destination fails',
  'held off',
  'spool rotated, packed or copied',
  'answer lost',
  'sent again',
  'start failed',
  'stopped in order',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** How likely each is where it can happen, in one world. */
export interface Likely {
  /** Of a step of the disk: to lose power, be killed. */
  readonly power: number;
  readonly kill: number;
  readonly full: number;
  readonly sync: number;
  readonly slow: number;
  /** Of a commit of the store. */
  readonly commit: number;
  readonly busy: number;
  readonly storeFull: number;
  /** Of a statement of an engine: it fails for want of memory, takes long. */
  readonly memory: number;
  readonly statement: number;
  /** Of a message. */
  readonly hangs: number;
  readonly fails: number;
  /** Of an answer of the door. */
  readonly lost: number;
}

export const noFaults: Likely = {
  ...{
    power: 0,
    kill: 0,
    full: 0,
    sync: 0,
    slow: 0,
    commit: 0,
    busy: 0,
    storeFull: 0,
    memory: 0,
    statement: 0,
    hangs: 0,
    fails: 0,
    lost: 0,
  },
};

/** An error that was put in, as the machine would give it. */
export function injected(message: string, code: string, errcode?: number): Error {
  return Object.assign(new Error(message), { code, injected: true }, errcode === undefined ? {} : { errcode });
}
