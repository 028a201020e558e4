const channelsKept = 1000;
const idsKept = 10_000;

/** The acknowledgement ids of HEC's channels. A request is answered only once its events are on disk, so that an id that was
 *  given out stands for events that are; it is told once and then forgotten. After a restart no id of before is known, and
 *  no new one is the same: the client sends again, and what was taken is not taken twice. */
export class Acks {
  readonly #channels = new Map<string, { next: number; readonly given: Set<number> }>();
  readonly #first: number;

  /** `startedAt` in ticks: ids begin at its milliseconds, beyond those of an earlier start. */
  constructor(startedAt: bigint) {
    this.#first = Number(startedAt / 10_000n);
  }

  give(channel: string): number {
    const state = this.#channels.get(channel) ?? { next: this.#first, given: new Set<number>() };
    this.#channels.delete(channel);
    this.#channels.set(channel, state);
    if (this.#channels.size > channelsKept) this.#channels.delete(this.#channels.keys().next().value ?? '');
    const id = state.next;
    state.next += 1;
    state.given.add(id);
    if (state.given.size > idsKept) state.given.delete(state.given.values().next().value ?? -1);
    return id;
  }

  /** Whether each id stands for events that are on disk; true is told once. */
  tell(channel: string, ids: readonly number[]): Record<string, boolean> {
    const given = this.#channels.get(channel)?.given;
    return Object.fromEntries(ids.map((id) => [id, given?.delete(id) ?? false]));
  }
}
