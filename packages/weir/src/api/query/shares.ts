/** So many people and tokens. */
const remembered = 1_000;

/** Who has the places in which queries run, so that nobody keeps others from theirs. */
export class Shares {
  readonly #running = new Map<string, number>();
  /** Who has begun one, the latest at the end. */
  readonly #lately = new Set<string>();

  begin(who: string): void {
    this.#running.set(who, (this.#running.get(who) ?? 0) + 1);
    this.#lately.delete(who);
    this.#lately.add(who);
    const [longestAgo] = this.#lately.size > remembered ? this.#lately : [];
    if (longestAgo !== undefined) this.#lately.delete(longestAgo);
  }

  end(who: string): void {
    const left = (this.#running.get(who) ?? 1) - 1;
    if (left > 0) this.#running.set(who, left);
    else this.#running.delete(who);
  }

  /** Whose turn it is of those that wait, in the order in which they came: of who has the fewest running, and among these of who
   *  began one longest ago. */
  next<Waiting extends { readonly who: string }>(waiting: readonly Waiting[]): Waiting | undefined {
    const order = new Map([...this.#lately].map((who, place) => [who, place + 1]));
    const rank = ({ who }: Waiting) => (this.#running.get(who) ?? 0) * (order.size + 2) + (order.get(who) ?? 0);
    return waiting.reduce<Waiting | undefined>(
      (first, each) => (first === undefined || rank(each) < rank(first) ? each : first),
      undefined,
    );
  }
}
