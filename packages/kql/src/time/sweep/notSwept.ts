/** A query, or a part of one, whose answers over time cannot be had by intervals; the message says why. */
export class NotSwept extends Error {}

export function notSwept(why: string): never {
  throw new NotSwept(why);
}
