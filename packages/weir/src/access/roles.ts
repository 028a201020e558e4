export const roles = ['viewer', 'analyst', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a request may do. `ingest` lets logs in and nothing else. */
export const scopes = ['ingest', 'read', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** What each role may do in person. */
export const scopesOf: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['read'],
  analyst: ['read', 'write'],
  admin: ['ingest', 'read', 'write', 'admin'],
};

/** Who asks: a person with a session, or a token. */
export interface Principal {
  /** As it stands in the trail: a user's name, or `token:` and the token's. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly user: { readonly id: bigint; readonly name: string; readonly role: Role };
  /** Absent where a token asks. */
  readonly session?: { readonly hash: Uint8Array; readonly expires: bigint };
}
