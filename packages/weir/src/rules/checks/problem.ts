/** One thing that Sentinel would refuse, at a part of the rule's file. */
export interface SentinelProblem {
  readonly place: readonly PropertyKey[];
  readonly message: string;
  readonly fix: string;
}

/** A rule file as it was written, of any shape. */
export type Checked = Readonly<Record<string, unknown>>;

export function asFields(value: unknown): Checked {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Checked) : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, `''` for anything else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
