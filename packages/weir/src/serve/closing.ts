/** What was opened, to be closed in the opposite order. What fails to close does not keep the others open; the first failure
 *  is thrown at the end. */
export class Closing {
  readonly #opened: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.#opened.push(close);
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#opened.pop(); close !== undefined; close = this.#opened.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
