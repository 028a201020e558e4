/** The columns that SQL speaks of, by the words in it: what nobody speaks of need not be written down. The engine would
 *  leave it out as well, but only after it bound it: planning takes most of a small file's time. */
export class Spoken {
  readonly #words = new Set<string>();

  constructor(...sql: readonly string[]) {
    this.add(...sql);
  }

  add(...sql: readonly string[]): void {
    for (const text of sql) for (const word of text.match(/\w+/g) ?? []) this.#words.add(word.toLowerCase());
  }

  /** Those of some columns that are spoken of, or that such ones behind them speak of; what they speak of is then spoken
   *  of too. */
  of(columns: Readonly<Record<string, string>>): Record<string, string> {
    const spoken = Object.entries(columns)
      .reverse()
      .filter(([name, sql]) => {
        const is = !/^\w+$/.test(name) || this.#words.has(name.toLowerCase());
        if (is) this.add(sql);
        return is;
      });
    return Object.fromEntries(spoken.reverse());
  }
}
