import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('server.ts', import.meta.url));

/** The doors' process. */
export class Doors {
  readonly home: string;
  readonly port: number;
  readonly syslogPort: number;
  #child: ChildProcess | undefined;
  #lines: Interface | undefined;

  constructor(home: string, port: number) {
    this.home = home;
    this.port = port;
    this.syslogPort = port + 1;
  }

  async start(): Promise<void> {
    const words = [server, this.home, String(this.port), String(this.syslogPort)];
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    if (child.stdout === null) throw new Error('no stdout');
    this.#lines = createInterface({ input: child.stdout });
    await this.#said('ready');
  }

  /** As a power cut for the process: nothing is tidied up. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Whether the journal has room. */
  async say(what: 'full' | 'room'): Promise<void> {
    this.#child?.stdin?.write(`${what}\n`);
    await this.#said(what);
  }

  async #said(what: string): Promise<void> {
    const lines = this.#lines;
    if (!lines) throw new Error('not started');
    await new Promise<void>((resolve, reject) => {
      const hear = (line: string) => {
        if (line !== what) return;
        lines.off('line', hear);
        resolve();
      };
      lines.on('line', hear);
      lines.once('close', () => reject(new Error(`the doors ended before they said ${what}`)));
    });
  }
}
