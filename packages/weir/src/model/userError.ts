/** A mistake or a circumstance on the user's side: said in plain words with a way out, never with a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable, for scripts and documentation: `INPUT_UNREADABLE`, `RULE_INVALID`… */
  readonly code: string;
  readonly advice: string;
  /** Where: a file, a file with line and column, an option. */
  readonly place: string;

  constructor(code: string, place: string, message: string, advice: string) {
    super(message);
    this.code = code;
    this.place = place;
    this.advice = advice;
  }
}
