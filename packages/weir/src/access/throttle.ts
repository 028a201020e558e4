import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { UserError } from '../model/userError.ts';

/** How many failed logins are let through. Each limit ends by itself: nobody is locked out for good. */
export const throttleLimits = {
  /** Of one account from one address, in a quarter of an hour. */
  pair: { points: 5, duration: 15 * 60 },
  /** From one address, in an hour, whatever the account. */
  address: { points: 50, duration: 60 * 60 },
  /** Of one account from all addresses that it has not logged in from lately, in an hour: guessing from many machines.
   *  Its own addresses are not counted, so that nobody can keep its owner out from elsewhere. */
  account: { points: 30, duration: 60 * 60 },
} as const;

/** Too many attempts: the client is to wait. */
export class Throttled extends UserError {
  readonly seconds: number;

  constructor(seconds: number) {
    const advice = `Try again in ${seconds} seconds. Who forgot a password can be given a link by an administrator.`;
    super('LOGIN_THROTTLED', 'login', 'too many attempts to log in', advice);
    this.seconds = seconds;
  }
}

export interface Attempt {
  readonly account: string;
  /** The client's IP address. */
  readonly address: string;
  /** Whether the account has logged in from this address lately. */
  readonly known: boolean;
}

/** Slows the guessing of passwords down. Counts attempts when they begin, so that many at once count too; a successful one
 *  is taken back. The counts are kept in memory: who can restart Weir needs no guess. */
export class LoginThrottle {
  readonly #pair = new RateLimiterMemory({ keyPrefix: 'pair', ...throttleLimits.pair });
  readonly #address = new RateLimiterMemory({ keyPrefix: 'address', ...throttleLimits.address });
  readonly #account = new RateLimiterMemory({ keyPrefix: 'account', ...throttleLimits.account });

  /** Counts an attempt. Gives how long to wait where it is one too many, else undefined. `first`: those before it were let
   *  through, so that a flood is told once. */
  async begin(attempt: Attempt): Promise<{ readonly seconds: number; readonly first: boolean } | undefined> {
    for (const { limiter, key } of this.#counters(attempt)) {
      try {
        await limiter.consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
        return { seconds, first: refusal.consumedPoints === limiter.points + 1 };
      }
    }
    return undefined;
  }

  /** Takes back what a successful attempt counted, and forgets the failures of this account from this address. */
  async succeeded(attempt: Attempt): Promise<void> {
    for (const { limiter, key, forget } of this.#counters(attempt)) {
      if (forget) await limiter.delete(key);
      else await limiter.reward(key);
    }
  }

  #counters({ account, address, known }: Attempt) {
    const network = networkOf(address);
    const counters = [
      { limiter: this.#address, key: network, forget: false },
      { limiter: this.#pair, key: JSON.stringify([account, network]), forget: true },
    ];
    if (!known) counters.push({ limiter: this.#account, key: account, forget: false });
    return counters;
  }
}

/** What one client is counted by: an IPv4 address, or the /64 of an IPv6 address, within which it changes at will. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const gap = address.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  return [...left, ...gap, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
