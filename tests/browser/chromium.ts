import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** The program to start. In CI it is installed where it is missing; a person is told how.
 *  @throws Error where there is none */
export function chromiumPath(): string {
  const found = [process.env.CHROMIUM, ...names].find((name) => name && runs(name));
  if (found !== undefined) return found;
  if (process.env.CI) {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']]) {
      spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    }
    if (runs('chromium')) return 'chromium';
  }
  throw new Error('Chromium is missing. Install it (apt-get install chromium), or name it: CHROMIUM=/path/to/chrome');
}

function runs(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  '--remote-debugging-port=0',
];

export interface Browser {
  /** Where it listens for the DevTools protocol. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a browser with a profile of its own. */
export async function startChromium(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'weir-chromium-'));
  const child = spawn(chromiumPath(), [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: await endpoint(child),
    close: async () => {
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

async function endpoint(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('the browser has no stderr');
  const told: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /DevTools listening on (\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
    told.push(line);
  }
  throw new Error(`the browser ended before it listened:\n${told.join('\n')}`);
}
