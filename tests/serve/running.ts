import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const weir = fileURLToPath(new URL('../../packages/weir/bin/weir.mjs', import.meta.url));

const freePort = '127.0.0.1:0';

/** A real `weir serve`, in a process of its own. */
export interface Running {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it said on stderr so far. */
  readonly said: () => string;
  /** No chance to tidy up. */
  kill(): Promise<void>;
  /** As the system asks a service to end; gives the exit code. */
  stop(): Promise<number | null>;
}

/** Starts it on the loopback, on a free port or where one that has ended listened, and waits until it says where.
 *  @throws Error with what it said, where it ends before that */
export function start(home: string, program = weir, listen = freePort): Promise<Running> {
  return begin(program, ['--home', home, '--listen', listen]);
}

/** Starts a demo; its home is in what it said. */
export function startDemo(): Promise<Running> {
  return begin(weir, ['--demo', '--listen', freePort]);
}

async function begin(program: string, words: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [program, 'serve', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      text = (text + more).slice(-20_000);
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`weir serve ended with ${code} before it listened:\n${text}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    url,
    process: child,
    said: () => text,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** Runs a command of Weir's; its stdout. */
export async function command(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [weir, ...words], { maxBuffer: 256 * 1024 * 1024 });
  return stdout;
}

/** What a query over a home gives, rows as arrays. */
export async function ask(home: string, kql: string): Promise<unknown[][]> {
  const answer = await command('query', '--home', home, '--format', 'json', kql);
  return (JSON.parse(answer) as { rows: unknown[][] }).rows;
}
