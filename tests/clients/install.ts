import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const cache = here('../../node_modules/.cache/clients');

/** Loads a client out of the suite's own packages, which are installed where they are missing or others.
 *  @throws Error where they cannot be */
export function npmClients(): NodeJS.Require {
  const folder = join(cache, 'npm');
  const lock = readFileSync(here('npm/package-lock.json'), 'utf8');
  const stamp = join(folder, 'installed');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) cpSync(here(`npm/${file}`), join(folder, file));
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    if (spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0)
      throw new Error('the clients could not be installed with npm');
    writeFileSync(stamp, lock);
  }
  return createRequire(join(folder, 'package.json'));
}

/** Where Debian's log shippers are unpacked: the two cannot be installed beside each other. */
export interface Debian {
  readonly root: string;
  /** What the loader needs to find their libraries. */
  readonly environment: NodeJS.ProcessEnv;
}

const sets = [
  ['rsyslog', 'rsyslog-elasticsearch'],
  ['syslog-ng-core', 'syslog-ng-mod-http', 'syslog-ng-scl'],
];

/** Fetches rsyslog and syslog-ng with what this machine lacks for them; undefined where there is no apt. Nothing is
 *  installed.
 *  @throws Error in CI, where there has to be one */
export function debianClients(): Debian | undefined {
  const root = join(cache, 'debian');
  const found = debianIn(root);
  if (found) return found;
  const packages = join(cache, 'packages');
  mkdirSync(packages, { recursive: true });
  const apt = (...args: string[]) => spawnSync('apt-get', args, { cwd: packages, encoding: 'utf8' });
  apt('update');
  const lacking = sets.flatMap((set) => {
    const told = apt('install', '-y', '--no-install-recommends', '--reinstall', '-s', ...set).stdout ?? '';
    return [...told.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
  });
  apt('download', ...new Set([...lacking, ...sets.flat()]));
  for (const file of readdirSync(packages))
    if (file.endsWith('.deb')) spawnSync('dpkg', ['-x', join(packages, file), root]);
  const unpacked = debianIn(root);
  if (!unpacked && process.env.CI) throw new Error('rsyslog and syslog-ng could not be had from apt');
  return unpacked;
}

function debianIn(root: string): Debian | undefined {
  if (!existsSync(join(root, 'usr/sbin/rsyslogd')) || !existsSync(join(root, 'usr/sbin/syslog-ng'))) return undefined;
  const triplet = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu')) ?? '';
  const libraries = [`usr/lib/${triplet}`, `lib/${triplet}`, 'usr/lib/syslog-ng'].map((path) => join(root, path));
  return { root, environment: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') } };
}

/** The folder of a program's modules. */
export function modulesOf({ root }: Debian, program: 'rsyslog' | 'syslog-ng'): string {
  if (program === 'rsyslog') {
    const triplet = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu')) ?? '';
    return join(root, 'usr/lib', triplet, 'rsyslog');
  }
  const version = readdirSync(join(root, 'usr/lib/syslog-ng')).find((name) => /^\d/.test(name)) ?? '';
  return join(root, 'usr/lib/syslog-ng', version);
}
