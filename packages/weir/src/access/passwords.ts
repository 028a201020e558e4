import { hash, parseOptions, verify } from '@node-rs/argon2';
import type { Randomness } from '../model/randomness.ts';
import { UserError } from '../model/userError.ts';

/** argon2id with the least that OWASP's Password Storage Cheat Sheet takes for enough: 19 MiB, two passes, one lane. */
export const argon2Cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** argon2id in the library's words, whose enum is not for modules compiled alone. */
const algorithm = 2;

const lengthMin = 12;
const lengthMax = 256;

/** So many may wait for their turn; more are turned away. */
const waitingMax = 16;

/** Hashes and checks passwords, one at a time: each costs 19 MiB and a thread of the pool that also syncs the journal. */
export class Passwords {
  readonly #random: Randomness;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #nobody: Promise<string> | undefined;

  constructor(random: Randomness) {
    this.#random = random;
  }

  async hash(password: string): Promise<string> {
    return await this.#inTurn(() => hash(normal(password), { ...argon2Cost, algorithm, salt: this.#random(16) }));
  }

  /** Whether it is the password of this hash. Without a hash (nobody has this name, or no password yet) the answer is no,
   *  and takes as long. */
  async matches(stored: string | null, password: string): Promise<boolean> {
    // Any hash of this cost will do: nobody knows what it is of.
    this.#nobody ??= this.hash(Buffer.from(this.#random(32)).toString('base64'));
    const against = stored ?? (await this.#nobody);
    const same = await this.#inTurn(() => verify(against, normal(password)));
    return stored !== null && same;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= waitingMax)
      throw new UserError(
        'LOGIN_BUSY',
        'login',
        'too many people log in at this moment',
        'Try again in a few seconds.',
      );
    this.#waiting += 1;
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** Whether a hash was made at another cost than today's, so that it is to be made anew at the next login. */
export function isOutdated(stored: string): boolean {
  const cost = parseOptions(stored);
  return Object.entries(argon2Cost).some(([name, value]) => cost[name as keyof typeof argon2Cost] !== value);
}

/** @throws UserError where a password is too short, too long, or says the name */
export function checkPassword(password: string, name: string): void {
  const characters = [...normal(password)].length;
  const wrong = (message: string, advice: string): never => {
    throw new UserError('PASSWORD_WEAK', 'password', message, advice);
  };
  const advice = `Take at least ${lengthMin} characters; a few words that have nothing to do with each other serve well.`;
  if (characters < lengthMin) wrong(`the password has fewer than ${lengthMin} characters`, advice);
  if (characters > lengthMax)
    wrong(`the password has more than ${lengthMax} characters`, `Take at most ${lengthMax} characters.`);
  if (new Set(normal(password)).size < 5) wrong('the password repeats a few characters', advice);
  if (normal(password).toLowerCase().includes(name.toLowerCase()) && name.length > 2)
    wrong("the password has the account's name in it", advice);
}

/** The same password however a keyboard composes its characters. */
function normal(password: string): string {
  return password.normalize('NFKC');
}
