import type { ChildProcess } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { startWorker } from '../worker.ts';
import type { Asked, Asking, Beginning, Told } from './protocol.ts';

/** Heap of JavaScript in a query's process: the parser, and the rows of one answer. */
const heapMb = 384;

/** Queries give way to intake and detection. */
const nice = 10;

/** A process that answers queries one after the other, until it is killed. */
export class QueryProcess {
  readonly #child: ChildProcess;
  readonly #spill: string;
  readonly #ended: Promise<void>;
  #alive = true;
  #said = '';
  answered = 0;

  private constructor(child: ChildProcess, spill: string) {
    this.#child = child;
    this.#spill = spill;
    child.stderr?.on('data', (piece: Buffer) => {
      this.#said = (this.#said + String(piece)).slice(-2000);
    });
    this.#ended = new Promise((resolve) => {
      const end = () => {
        this.#alive = false;
        resolve();
      };
      child.once('exit', end).once('error', end);
    });
  }

  /** Starts one and waits until it can be asked.
   *  @throws Error where it cannot begin, with what it said */
  static async start(beginning: Beginning): Promise<QueryProcess> {
    await mkdir(beginning.spillDirectory, { recursive: true });
    // TypeScript where Weir runs from its source, JavaScript where it was built.
    const worker = new URL(`./query.worker${extname(import.meta.url)}`, import.meta.url);
    const child = startWorker(worker, { heapMb, nice, errors: 'pipe' });
    const process = new QueryProcess(child, beginning.spillDirectory);
    const told = await process.#exchange(beginning);
    if (told?.kind === 'ready') return process;
    await process.kill();
    throw new Error(`a process for queries does not begin: ${told?.kind === 'bug' ? told.message : process.#said}`);
  }

  get alive(): boolean {
    return this.#alive;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it said last on its way out. */
  get said(): string {
    return this.#said;
  }

  /** Its answer; undefined where it ended meanwhile, killed or crashed. */
  async ask(asking: Asking): Promise<Told | undefined> {
    this.answered += 1;
    return this.#exchange(asking);
  }

  /** Ends it at once, whatever it is doing, and removes what it spilled. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    await rm(this.#spill, { recursive: true, force: true });
  }

  #exchange(asked: Asked): Promise<Told | undefined> {
    return new Promise((resolve) => {
      const done = (told: Told | undefined) => {
        this.#child.off('message', done);
        resolve(told);
      };
      this.#child.on('message', done);
      void this.#ended.then(() => done(undefined));
      // A failure to send comes as its end, too.
      this.#child.send(asked, () => undefined);
    });
  }
}
