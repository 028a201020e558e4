import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Me, Token, User } from './types.ts';

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }) => (await call<{ users: User[] }>('/api/users', { signal })).users,
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: async ({ signal }) => (await call<{ tokens: Token[] }>('/api/tokens', { signal })).tokens,
});

/** An account, and the secret of the one-time link with which its password is chosen; it is told this once. */
export interface Invited {
  readonly user: User;
  readonly link: string;
}

export function addUser(name: string, role: User['role']): Promise<Invited> {
  return call<Invited>('/api/users', { method: 'POST', body: { name, role } });
}

export function newLink(name: string): Promise<Invited> {
  return call<Invited>(`/api/users/${encodeURIComponent(name)}/link`, { method: 'POST' });
}

export function changeUser(name: string, to: { role?: User['role']; disabled?: boolean }): Promise<User> {
  return call<User>(`/api/users/${encodeURIComponent(name)}`, { method: 'PATCH', body: to });
}

/** `expires` is a moment; null: it holds until it is revoked. The secret is told this once. */
export function makeToken(body: {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires: string | null;
}): Promise<{ token: Token; secret: string }> {
  return call('/api/tokens', { method: 'POST', body });
}

export function revokeToken(id: number): Promise<Token> {
  return call<Token>(`/api/tokens/${id}`, { method: 'DELETE' });
}

export function changePassword(now: string, next: string): Promise<Me> {
  return call<Me>('/api/me/password', { method: 'PUT', body: { now, next } });
}
