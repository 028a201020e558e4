/** A whole number that the page's own numbers would round: its digits as they came. Written as JSON it is a number again. */
export class Whole {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toString(): string {
    return this.digits;
  }

  toJSON(): unknown {
    return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(this.digits);
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** JSON's value, of whose whole numbers no digit is lost: beyond 2^53 each is a `Whole`.
 *  @throws SyntaxError */
export function parsed(text: string): unknown {
  // So few answers have one that the others are not looked at number by number.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const whole: Reviver = (_, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? new Whole(source) : value;
  return JSON.parse(text, whole as Parameters<typeof JSON.parse>[1]);
}
