import type { Program } from '../../../packages/weir/src/simulate/program.ts';
import type { Application, System } from '../../../packages/weir/src/simulate/story.ts';

/** What a machine is for, or who sits at it. */
export type Role =
  | 'office'
  | 'finance'
  | 'people'
  | 'sales'
  | 'marketing'
  | 'design'
  | 'executive'
  | 'developer'
  | 'data'
  | 'admin'
  | 'lab'
  | 'kiosk'
  | 'room'
  | 'terminal'
  | 'file-server'
  | 'web-server'
  | 'mail-server'
  | 'build-server'
  | 'app-server'
  | 'database'
  | 'backup-server'
  | 'directory'
  | 'monitor'
  | 'printer'
  | 'camera'
  | 'phone'
  | 'storage-box'
  | 'screen';

/** A log-normal amount: its median, the sigma of its logarithm, and what it never exceeds. */
export type Amount = readonly [median: number, sigma: number, most?: number];

/** When in a day: at work, around the clock, in the night's windows, when people sign in, or in the evening at home. */
export type When = 'work' | 'always' | 'night' | 'logon' | 'evening';

/** Something that machines do, day after day or once in a while. Everything random about it follows from the seed, the
 *  machine, the habit and the day. */
export interface Habit {
  readonly name: string;
  readonly who: readonly Role[];
  readonly systems?: readonly System[];
  /** How many of these machines do it at all; all where absent. */
  readonly share?: number;
  /** On how many days a machine that does it does so; every day where absent. */
  readonly days?: number;
  readonly when: When;
  /** The company begins with it while the data run: on one day everybody is new to it. */
  readonly rollout?: true;
  /** How many times on such a day; machines differ in it, few do it much. */
  readonly times: number;
  /** On a day on which nobody works, as a part of what a working day has; 0 where absent. Servers know no such days. */
  readonly idle?: number;
  /** On the last three days of a month, as a multiple. */
  readonly monthEnd?: number;
  /** Connections each time, from least to most, and how far apart, seconds. */
  readonly burst?: readonly [least: number, most: number, apart: number];
  readonly program: Program;
  /** Where it goes, one of them each time. `{n}` a small number, `{own}` the same for this machine always, `{new}` new each
   *  time, `{org}` the company's name, `{word}` and `{web}` from the long tail of the web. */
  readonly hosts: readonly string[];
  /** In place of what the host's name leads to, or where there is no name (`hosts` empty). */
  readonly addresses?: readonly string[];
  readonly sent: Amount;
  readonly received: Amount;
  /** Bytes a second, median; 2 MB where absent. */
  readonly rate?: number;
  /** Seconds that it lasts at least. */
  readonly lasting?: Amount;
  /** `none`: no connection at all, only a program that starts and what it writes. */
  readonly as?: Application | 'none';
  /** A file that it writes each time, of the size `sent`, with the blanks of a command line. */
  readonly writes?: string;
  readonly port?: number;
  readonly account?: 'user' | 'system' | 'service';
  /** The command line, with `{user}`, `{new}` and `{host}`. */
  readonly command?: string;
  /** A process each time. */
  readonly anew?: boolean;
  /** How often the endpoint's sensor tells of it; 0.96 where absent. */
  readonly told?: number;
}

export const desks: readonly Role[] = [
  ...([
    'office',
    'finance',
    'people',
    'sales',
    'marketing',
    'design',
    'executive',
    'developer',
    'data',
    'admin',
  ] as const),
  'lab',
];

export const servers: readonly Role[] = [
  ...(['terminal', 'file-server', 'web-server', 'mail-server', 'build-server', 'app-server', 'database'] as const),
  ...(['backup-server', 'directory', 'monitor'] as const),
];

export const kB = 1_000;
export const MB = 1_000_000;
export const GB = 1_000_000_000;
