import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Access } from '../access/access.ts';
import { checkPassword } from '../access/passwords.ts';
import type { Role } from '../access/roles.ts';
import { UserError } from '../model/userError.ts';
import { ticksToMinute } from '../report/format.ts';
import { Store } from '../store/store.ts';
import { auditInto } from '../store/trail.ts';
import { askPassword } from './askPassword.ts';
import { exitCodes } from './failure.ts';
import { homeDirectory } from './home.ts';
import { print, tell } from './stdio.ts';
import { presentTicks } from './time.ts';

export interface UserFlags {
  readonly home?: string;
}

/** `weir user add`: who can write to the home needs no other proof. */
export async function addUser(name: string, { role, ...flags }: UserFlags & { readonly role: Role }): Promise<number> {
  return await withAccess(flags, { make: true }, async (access, actor) => {
    const password = await askPassword(process.stdin, name);
    // Before there is an account without one.
    checkPassword(password, name);
    const user = access.users.add(name, role, actor);
    await access.users.setPassword(user, password, actor);
    tell(`weir: ${user.name} may log in as ${role}`);
  });
}

/** `weir user password`: a new one; what the account was logged in with ends. */
export async function changePassword(name: string, flags: UserFlags): Promise<number> {
  return await withAccess(flags, { make: false }, async (access, actor) => {
    const user = access.users.get(name);
    await access.users.setPassword(user, await askPassword(process.stdin, user.name), actor);
    tell(`weir: the password of ${user.name} is changed, and its sessions have ended`);
  });
}

/** `weir user list`. */
export async function listUsers(flags: UserFlags): Promise<number> {
  return await withAccess(flags, { make: false }, async (access) => {
    for (const { name, role, disabled, hasPassword, created } of access.users.list()) {
      const state = disabled !== null ? 'disabled' : hasPassword ? 'active' : 'no password yet';
      await print(`${[name, role, state, `since ${ticksToMinute(created)}`].join('\t')}\n`);
    }
  });
}

/** Runs with the accounts of a home, as who can write to it: they need no other proof. */
export async function withAccess(
  flags: UserFlags,
  { make }: { readonly make: boolean },
  work: (access: Access, actor: string) => Promise<void>,
): Promise<number> {
  const home = homeDirectory(flags.home, process.env);
  const path = join(home, 'weir.db');
  if (!make && !existsSync(path))
    throw new UserError('HOME_MISSING', home, 'there is no home of a service here', 'Name it with --home.');
  const isThere = existsSync(path);
  if (!isThere) tell(`weir: there was no home of a service at ${home}: it is made now`);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const store = isThere ? Store.openAsIs(path) : Store.open(path);
  try {
    const clock = { now: presentTicks, sleep: async () => undefined };
    const access = new Access({ store, clock, random: randomBytes, audit: auditInto(store) });
    await work(access, `local:${userInfo().username}`);
    return exitCodes.done;
  } finally {
    store.close();
  }
}
