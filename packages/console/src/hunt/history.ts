import { harmless } from '../words/harmless.ts';

/** A query that was run. */
export interface Past {
  /** ISO 8601. */
  readonly at: string;
  readonly kql: string;
  readonly range: string;
  /** What came of it: so many rows, or absent where it failed. */
  readonly rows?: number;
}

const most = 50;
const prefix = 'weir.hunt.';

/** What a person ran in this browser, the latest first. */
export function pastOf(person: string): Past[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`${prefix}past.${person}`) ?? '[]');
    return Array.isArray(kept) ? harmless(kept.filter(isPast)) : [];
  } catch {
    return [];
  }
}

/** Adds a query in front; the same text stands once. */
export function remember(person: string, past: Past): Past[] {
  const all = [past, ...pastOf(person).filter(({ kql }) => kql !== past.kql)].slice(0, most);
  keep(`past.${person}`, JSON.stringify(all));
  return all;
}

export function forgetPast(person: string): void {
  drop(`past.${person}`);
}

/** What was being written when the page was left. */
export function draftOf(person: string): string | undefined {
  try {
    return localStorage.getItem(`${prefix}draft.${person}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(person: string, text: string): void {
  keep(`draft.${person}`, text);
}

/** Leaves nothing of anybody's queries in this browser. */
export function forgetHunts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  } catch {
    // What is not kept needs no forgetting.
  }
}

function keep(key: string, text: string): void {
  try {
    localStorage.setItem(prefix + key, text);
  } catch {
    // It holds until the page is closed.
  }
}

function drop(key: string): void {
  try {
    localStorage.removeItem(prefix + key);
  } catch {
    // It was not kept.
  }
}

function isPast(value: unknown): value is Past {
  const { at, kql, range } = (value ?? {}) as Record<string, unknown>;
  return typeof at === 'string' && typeof kql === 'string' && typeof range === 'string';
}
