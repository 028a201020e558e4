import type { Health } from '../operate/health.ts';
import type { Logger } from '../operate/log.ts';

/** What runs beside the doors until the service stops. None is to end before that: one that does is told and the others go on. */
export class Running {
  readonly #health: Pick<Health, 'report'>;
  readonly #log: Pick<Logger, 'error'>;
  readonly #all: Promise<void>[] = [];

  constructor(health: Pick<Health, 'report'>, log: Pick<Logger, 'error'>) {
    this.#health = health;
    this.#log = log;
  }

  add(part: string, work: Promise<void>): void {
    this.#all.push(
      work.catch((error: unknown) => {
        this.#log.error({ part, error }, 'this part has ended; it runs again when the service is started anew');
        const reason = error instanceof Error ? error.message : String(error);
        this.#health.report(part, 'failed', `it has ended, and the service has to be started anew: ${reason}`);
      }),
    );
  }

  /** When all have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#all);
  }
}
