import { ticksToUnixMs } from '../report/format.ts';
import { mustTake, post } from './post.ts';

export interface ClientCredentialOptions {
  /** Of the identity platform: https://login.microsoftonline.com. */
  readonly authority: string;
  readonly tenant: string;
  readonly client: string;
  readonly secret: string;
  /** PEM. */
  readonly ca?: string;
  /** The present, ticks. */
  readonly now: () => bigint;
}

/** Tokens of an application by its secret: OAuth 2.0's client credentials (RFC 6749, 4.4), as Microsoft's identity platform has
 *  them. Azure's clients ask for a token when theirs is about to end. */
export function clientCredential({ authority, tenant, client, secret, ca, now }: ClientCredentialOptions) {
  return {
    async getToken(
      scopes: string | string[],
      { abortSignal }: { readonly abortSignal?: unknown } = {},
    ): Promise<{ token: string; expiresOnTimestamp: number }> {
      const answer = await post({
        url: `${authority.replace(/\/$/, '')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: client,
          client_secret: secret,
          scope: [scopes].flat().join(' '),
        }).toString(),
        signal: abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal,
        ...(ca !== undefined && { ca }),
      });
      mustTake(answer, now());
      const { access_token: token, expires_in: seconds } = JSON.parse(answer.text) as Record<string, unknown>;
      if (typeof token !== 'string') throw new Error(`${authority} gives no token`);
      return { token, expiresOnTimestamp: ticksToUnixMs(now()) + Number(seconds ?? 0) * 1_000 };
    },
  };
}
