import type { Engine } from '../../engine/engine.ts';
import { Known } from './known.ts';

/** An engine in which one thing runs at a time, and what is known in it. Where it has failed for good (after a fatal error,
 *  such as a checkpoint that met a full disk, DuckDB refuses whatever follows), the next work gets a new one that learns anew. */
export class Workshop {
  readonly #open: () => Promise<Engine>;
  #inside: { readonly engine: Engine; readonly known: Known } | undefined;
  #isStopped = false;

  constructor(open: () => Promise<Engine>) {
    this.#open = open;
  }

  /** There while something works in it. */
  get inside(): { readonly engine: Engine; readonly known: Known } {
    if (this.#inside === undefined) throw new Error('nothing works here');
    return this.#inside;
  }

  /** @throws what `work` throws */
  async work<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isStopped) throw new Error('the engine was stopped');
    if (this.#inside === undefined) {
      const engine = await this.#open();
      this.#inside = { engine, known: new Known(engine) };
      if (this.#isStopped) engine.stop();
    }
    try {
      return await work();
    } catch (error) {
      if (!this.#isStopped && !(await isWell(this.#inside.engine))) this.close();
      throw error;
    }
  }

  /** What runs ends soon, and nothing runs from then on. */
  stop(): void {
    this.#isStopped = true;
    this.#inside?.engine.stop();
  }

  close(): void {
    this.#inside?.engine.close();
    this.#inside = undefined;
  }
}

function isWell(engine: Engine): Promise<boolean> {
  return engine.run('SELECT 1').then(
    () => true,
    () => false,
  );
}
