/** What a person asks and does about the findings of a rule. */
export interface Guide {
  /** The file, as the user named it. */
  readonly path: string;
  /** What such a finding says, in two or three sentences. */
  readonly means: string;
  /** Parts of the rule's text that decide, each with the reason for its figure. */
  readonly thresholds: readonly { readonly text: string; readonly why: string }[];
  /** What the rule cannot see. */
  readonly blind: readonly string[];
  /** The most telling one first. */
  readonly questions: readonly Question[];
  readonly playbook: Playbook;
}

export interface Question {
  /** One word, unique in its guide. */
  readonly id: string;
  readonly ask: string;
  /** KQL over Weir's tables, in which `{{Column}}` stands for what the finding says. */
  readonly query: string;
  /** Columns of the finding that must be known for the question to make sense. */
  readonly needs: readonly string[];
  /** What the answer looks like where it is harmless, and where it is not. */
  readonly benign: string;
  readonly malicious: string;
  /** Where to go from here; empty where the next question follows. */
  readonly next: string;
}

/** The stages of a response, in their order. */
export const stages = ['contain', 'preserve', 'scope', 'notify', 'recover'] as const;
export type Stage = (typeof stages)[number];

export type Playbook = Readonly<Record<Stage, readonly Step[]>>;

export interface Step {
  readonly do: string;
  /** Who does or decides it. */
  readonly who: string;
  /** What to write down. */
  readonly record: string;
}
