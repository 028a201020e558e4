import { createHash } from 'node:crypto';
import type { Randomness } from '../model/randomness.ts';

/** 256 random bits as a URL takes them. */
export function newSecret(random: Randomness): string {
  return Buffer.from(random(32)).toString('base64url');
}

/** What is kept of a secret. Looking it up by this tells nothing of the secret by the time it takes. */
export function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
