import { createHash } from 'node:crypto';

/** What happened, in order. */
export class Trace {
  readonly #hash = createHash('sha256');
  static print = false;

  add(what: string): void {
    if (Trace.print) process.stdout.write(`  ${what}\n`);
    this.#hash.update(what).update('\n');
  }

  digest(): string {
    return this.#hash.copy().digest('base64url').slice(0, 12);
  }
}
