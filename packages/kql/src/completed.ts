import type { Answer } from './lower/open-columns.ts';
import type { Span } from './types.ts';

interface Insertion {
  /** In the user's text. */
  readonly place: number;
  readonly text: string;
  readonly answer: Answer;
}

/** A query with the output schemas that its plug-ins were given, and the way back to the places that the user wrote. */
export class Completed {
  readonly #written: string;
  readonly #insertions: readonly Insertion[];

  constructor(written: string, insertions: readonly Insertion[] = []) {
    this.#written = written;
    this.#insertions = insertions;
  }

  get text(): string {
    let text = '';
    let from = 0;
    for (const insertion of this.#insertions) {
      text += this.#written.slice(from, insertion.place) + insertion.text;
      from = insertion.place;
    }
    return text + this.#written.slice(from);
  }

  /** The answers, by the places of the schemas in `text`. */
  get answers(): ReadonlyMap<number, Answer> {
    let added = 0;
    const found = new Map<number, Answer>();
    for (const { place, text, answer } of this.#insertions) {
      found.set(place + added, answer);
      added += text.length;
    }
    return found;
  }

  with(insertion: Insertion): Completed {
    const insertions = [...this.#insertions, insertion].sort((a, b) => a.place - b.place);
    return new Completed(this.#written, insertions);
  }

  /** A place of `text` in what the user wrote; inside of a schema it is where that stands. */
  place(at: number): number {
    let added = 0;
    for (const { place, text } of this.#insertions) {
      if (at <= place + added) break;
      if (at <= place + added + text.length) return place;
      added += text.length;
    }
    return at - added;
  }

  span({ start, length }: Span): Span {
    const from = this.place(start);
    return { start: from, length: this.place(start + length) - from };
  }
}
