/** What somebody did, for the trail that nobody edits. */
export interface AuditEntry {
  /** Ticks. */
  readonly at: bigint;
  /** A user's name, `token:` and a token's name, or `weir` itself. */
  readonly actor: string;
  /** What was done, as `user.create` or `login.failed`. */
  readonly action: string;
  /** Whom or what it was done to. */
  readonly subject: string;
  /** Never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Writes an entry. Synchronous: it is called inside of the transaction that does what it tells. */
export type Audit = (entry: AuditEntry) => void;
