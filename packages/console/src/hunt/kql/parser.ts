import type { Tables } from '../../api/types.ts';
import type { Questions, Told } from './asked.ts';

/** The compiler in its worker: checks, completes and explains without a round trip to the service. */
export class Parser {
  readonly #worker = new Worker(new URL('./kql.worker.ts', import.meta.url));
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #last = 0;

  constructor(tables: Tables) {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Told>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('failed' in data) waiting?.reject(new Error(data.failed));
      else waiting?.resolve(data.answer as never);
    });
    this.#worker.addEventListener('error', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the parser could not be loaded'));
      this.#waiting.clear();
    });
    void this.ask('begin', tables).catch(() => undefined);
  }

  ask<Kind extends keyof Questions>(kind: Kind, given: Questions[Kind]['given']): Promise<Questions[Kind]['answer']> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, kind, given });
    });
  }

  close(): void {
    this.#worker.terminate();
  }
}
