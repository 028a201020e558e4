import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { accessOverMemory } from './access.fixture.ts';
import { Access } from './access.ts';
import { day, hour, minute } from './ground.ts';
import { argon2Cost } from './passwords.ts';

const password = 'correct horse battery';
const here = { address: '192.0.2.7' };
const refused = (code: string) => expect.objectContaining({ code });

let ground: ReturnType<typeof accessOverMemory>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  ground = accessOverMemory();
});
afterEach(() => {
  vi.useRealTimers();
  ground.store.close();
});

async function withUser(name: string, role: 'viewer' | 'analyst' | 'admin') {
  const { users } = ground.access;
  await users.setPassword(users.add(name, role, 'test'), password, 'test');
  return users.get(name);
}

describe('the first administrator', () => {
  test('comes by a link that works once, and there is no link where there is an account', async () => {
    const { access } = ground;
    const old = access.invitations.first() ?? '';
    const link = access.invitations.first() ?? '';
    expect(access.invitations.find(old)).toBeUndefined();
    expect(access.invitations.find(link)).toEqual({ name: null });
    await expect(access.accept(link, { name: 'ada', password: 'short' }, here)).rejects.toThrow(
      refused('PASSWORD_WEAK'),
    );
    const { principal } = await access.accept(link, { name: 'Ada', password }, here);
    expect(principal).toMatchObject({ name: 'ada', user: { role: 'admin' } });
    await expect(access.accept(link, { name: 'eve', password }, here)).rejects.toThrow(refused('LINK_USED'));
    expect(access.invitations.first()).toBeUndefined();
    expect(access.users.list().map(({ name }) => name)).toEqual(['ada']);
  });

  test('cannot be two by one link at the same time', async () => {
    const { access } = ground;
    const link = access.invitations.first() ?? '';
    const outcomes = await Promise.allSettled([
      access.accept(link, { name: 'ada', password }, here),
      access.accept(link, { name: 'eve', password }, here),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(access.users.list()).toHaveLength(1);
  });

  test('has a day to take the link', () => {
    const link = ground.access.invitations.first() ?? '';
    ground.pass(day);
    expect(ground.access.invitations.find(link)).toBeUndefined();
  });
});

describe('logging in', () => {
  test('gives a session; the store has neither its secret nor the password', async () => {
    await withUser('ada', 'analyst');
    const { secret, principal } = await ground.access.login('ADA', password, here);
    expect([...principal.scopes]).toEqual(['read', 'write']);
    expect(ground.access.sessions.find(secret)?.name).toBe('ada');
    const kept = ground.store.statement('SELECT password, hash FROM user JOIN session ON user.id = user').get();
    const { memoryCost: m, timeCost: t, parallelism: p } = argon2Cost;
    expect(kept?.password).toContain(`$argon2id$v=19$m=${m},t=${t},p=${p}$`);
    expect(Buffer.from(kept?.hash as Uint8Array)).toHaveLength(32);
    expect(Buffer.from(kept?.hash as Uint8Array).toString('base64url')).not.toBe(secret);
  });

  test('fails alike for a wrong name, a wrong password, none yet and a disabled account', async () => {
    const user = await withUser('ada', 'analyst');
    await withUser('root', 'admin');
    ground.access.users.add('new', 'viewer', 'root');
    ground.access.users.change(user, { disabled: true }, 'root');
    const told = await Promise.all(
      [
        ['nobody', password],
        ['root', 'wrong horse battery'],
        ['new', password],
        ['ada', password],
      ].map(([name = '', word = '']) =>
        ground.access
          .login(name, word, here)
          .catch((error) => ({ code: error.code, text: error.message + error.advice })),
      ),
    );
    expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(told[0]).toMatchObject({ code: 'LOGIN_FAILED' });
    const failed = ground.trail.filter(({ action }) => action === 'login.failed');
    expect(failed.map(({ subject }) => subject).sort()).toEqual(['ada', 'new', 'root', 'unknown']);
  });

  test('ends the session that the browser had', async () => {
    await withUser('ada', 'viewer');
    const planted = await ground.access.login('ada', password, here);
    const second = await ground.access.login('ada', password, { ...here, before: planted.secret });
    expect(ground.access.sessions.find(planted.secret)).toBeUndefined();
    expect(second.secret).not.toBe(planted.secret);
  });

  test('renews a hash that was made at a lower cost', async () => {
    const user = await withUser('ada', 'viewer');
    const { hash } = await import('@node-rs/argon2');
    const weak = await hash(password, { memoryCost: 8192, timeCost: 1 });
    ground.store.statement('UPDATE user SET password = ? WHERE id = ?').run(weak, user.id);
    await ground.access.login('ada', password, here);
    expect(ground.access.users.passwordOf(user)).toContain(`m=${argon2Cost.memoryCost},t=${argon2Cost.timeCost}`);
  });
});

describe('what happens to an account while a password is hashed', () => {
  const next = 'other horse battery';
  let meanwhile: (() => void) | undefined;
  /** Access in which something else happens as soon as the next hash begins, as by another process. */
  const late = () => {
    const { store, clock, random, audit } = ground;
    const salt = (bytes: number) => {
      if (bytes === 16) meanwhile?.();
      return random(bytes);
    };
    return new Access({ store, clock, random: salt, audit });
  };
  const sessions = () => Number(ground.store.statement('SELECT count(*) AS n FROM session').get()?.n);

  test.each(['reset', 'disabled'])('a change of password gives way where it was %s', async (what) => {
    const user = await withUser('ada', 'viewer');
    await withUser('root', 'admin');
    const access = late();
    const { principal } = await access.login('ada', password, here);
    meanwhile = () => {
      meanwhile = undefined;
      if (what === 'reset') ground.access.users.putPassword(user, 'the hash of another', 'root');
      else ground.access.users.change(user, { disabled: true }, 'root');
    };
    const before = ground.access.users.passwordOf(user);
    await expect(access.changePassword(principal, { now: password, next }, here)).rejects.toThrow(
      refused('LOGIN_FAILED'),
    );
    expect(meanwhile).toBeUndefined();
    expect(ground.access.users.passwordOf(user)).toBe(what === 'reset' ? 'the hash of another' : before);
    expect(sessions()).toBe(0);
  });

  test('a hash at today’s cost brings no old password back, and opens nothing', async () => {
    const user = await withUser('ada', 'viewer');
    const access = late();
    await access.login('ada', password, here);
    const { hash } = await import('@node-rs/argon2');
    const weak = await hash(password, { memoryCost: 8192, timeCost: 1 });
    ground.store.statement('UPDATE user SET password = ? WHERE id = ?').run(weak, user.id);
    meanwhile = () => {
      meanwhile = undefined;
      ground.access.users.putPassword(user, 'the hash of another', 'root');
    };
    await expect(access.login('ada', password, here)).rejects.toThrow(refused('LOGIN_FAILED'));
    expect(meanwhile).toBeUndefined();
    expect(ground.access.users.passwordOf(user)).toBe('the hash of another');
    expect(sessions()).toBe(0);
    expect(ground.trail.at(-1)).toMatchObject({ action: 'login.failed', subject: 'ada' });
  });
});

describe('throttling', () => {
  const wrong = (address: string, name = 'ada') => ground.access.login(name, 'wrong horse battery', { address });

  test('stops guessing from one address, also many at once, and ends by itself', async () => {
    await withUser('ada', 'viewer');
    const many = await Promise.allSettled(Array.from({ length: 10 }, () => wrong('192.0.2.66')));
    const codes = many.map((each) => each.status === 'rejected' && each.reason.code);
    expect(codes.filter((code) => code === 'LOGIN_FAILED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'LOGIN_THROTTLED')).toHaveLength(5);
    await expect(ground.access.login('ada', password, { address: '192.0.2.66' })).rejects.toMatchObject({
      code: 'LOGIN_THROTTLED',
      seconds: 900,
    });
    expect(ground.trail.filter(({ action }) => action === 'login.throttled')).toHaveLength(1);
    await ground.access.login('ada', password, { address: '192.0.2.1' });
    vi.advanceTimersByTime(15 * 60_000);
    await ground.access.login('ada', password, { address: '192.0.2.66' });
  });

  test('of an account from many machines leaves the owner in, where they log in from', async () => {
    await withUser('ada', 'viewer');
    await ground.access.login('ada', password, here);
    for (let machine = 1; machine <= 31; machine += 1) await wrong(`198.51.100.${machine}`).catch(() => undefined);
    await expect(ground.access.login('ada', password, { address: '203.0.113.9' })).rejects.toThrow(
      refused('LOGIN_THROTTLED'),
    );
    expect((await ground.access.login('ada', password, here)).principal.name).toBe('ada');
  });

  test('counts an IPv6 network as one client', async () => {
    await withUser('ada', 'viewer');
    for (let host = 1; host <= 5; host += 1) await wrong(`2001:db8::${host}`).catch(() => undefined);
    await expect(wrong('2001:db8:0:0:ffff::1')).rejects.toThrow(refused('LOGIN_THROTTLED'));
    await expect(wrong('2001:db8:0:1::1')).rejects.toThrow(refused('LOGIN_FAILED'));
  });
});

describe('a session', () => {
  test('ends when it is idle, at its absolute end, and with logging out', async () => {
    await withUser('ada', 'viewer');
    const { sessions } = ground.access;
    const idle = await ground.access.login('ada', password, here);
    ground.pass(2n * hour - 1n);
    expect(sessions.find(idle.secret, false)?.name).toBe('ada');
    ground.pass(1n);
    expect(sessions.find(idle.secret)).toBeUndefined();
    const used = await ground.access.login('ada', password, here);
    for (let each = 0; each < 11; each += 1) {
      ground.pass(hour);
      expect(sessions.find(used.secret)?.name).toBe('ada');
    }
    ground.pass(hour);
    expect(sessions.find(used.secret)).toBeUndefined();
    const out = await ground.access.login('ada', password, here);
    ground.access.logout(out.principal);
    expect(sessions.find(out.secret)).toBeUndefined();
  });

  test('ends with a change of password, of role, and when the account is disabled', async () => {
    await withUser('root', 'admin');
    const user = await withUser('ada', 'analyst');
    const { access } = ground;
    const first = await access.login('ada', password, here);
    await expect(access.changePassword(first.principal, { now: 'wrong', next: password }, here)).rejects.toThrow(
      refused('LOGIN_FAILED'),
    );
    const next = 'other horse battery';
    const second = await access.changePassword(first.principal, { now: password, next }, here);
    expect(access.sessions.find(first.secret)).toBeUndefined();
    expect(access.sessions.find(second.secret)?.name).toBe('ada');
    access.users.change(user, { role: 'viewer' }, 'root');
    expect(access.sessions.find(second.secret)).toBeUndefined();
    const third = await access.login('ada', next, here);
    access.users.change(user, { disabled: true }, 'root');
    expect(access.sessions.find(third.secret)).toBeUndefined();
  });

  test('does not write at each use', async () => {
    await withUser('ada', 'viewer');
    const { secret } = await ground.access.login('ada', password, here);
    const seen = () => ground.store.statement('SELECT seen FROM session').get()?.seen;
    const before = seen();
    ground.pass(minute - 1n);
    ground.access.sessions.find(secret);
    expect(seen()).toBe(before);
    ground.pass(1n);
    ground.access.sessions.find(secret);
    expect(seen()).toBe(ground.clock.now());
  });
});

describe('a token', () => {
  async function principalOf(name: string, role: 'viewer' | 'analyst' | 'admin') {
    await withUser(name, role);
    return (await ground.access.login(name, password, here)).principal;
  }

  test('opens what it is for, until it expires or is revoked', async () => {
    const admin = await principalOf('root', 'admin');
    const { access } = ground;
    const expires = ground.clock.now() + hour;
    const { secret, token } = access.tokens.create({ name: 'sensor', scopes: ['ingest'], expires }, admin);
    expect(secret).toMatch(/^weir_[\w-]{43}$/);
    expect(access.authorize(secret, 'ingest')).toBe('token:sensor');
    expect(access.authorize(secret, 'read')).toEqual({
      status: 403,
      reason: 'token:sensor may ingest and not read; weir token add NAME --scope read makes one that may read',
    });
    expect(access.authorize(`${secret}x`, 'ingest')).toMatchObject({
      status: 401,
      reason: expect.stringMatching(/^this token opens nothing/),
    });
    expect(access.authorize(undefined, 'ingest')).toMatchObject({
      status: 401,
      reason: expect.stringMatching(/^no token was sent/),
    });
    expect(access.tokens.get(token.id).used).toBe(ground.clock.now());
    ground.pass(hour);
    expect(access.authorize(secret, 'ingest')).toMatchObject({ status: 401 });
    const other = access.tokens.create({ name: 'other', scopes: ['read'], expires: null }, admin);
    access.tokens.revoke(other.token.id, 'root');
    expect(access.tokens.find(other.secret)).toBeUndefined();
  });

  test('can do no more than its maker, nor later than they can', async () => {
    await principalOf('root', 'admin');
    const analyst = await principalOf('ada', 'analyst');
    const { tokens, users } = ground.access;
    expect(() => tokens.create({ name: 'x', scopes: ['read', 'admin'], expires: null }, analyst)).toThrow(
      refused('TOKEN_SCOPE'),
    );
    const { secret } = tokens.create({ name: 'x', scopes: ['read', 'write'], expires: null }, analyst);
    users.change(users.get('ada'), { role: 'viewer' }, 'root');
    expect([...(tokens.find(secret)?.scopes ?? [])]).toEqual(['read']);
    users.change(users.get('ada'), { disabled: true }, 'root');
    expect(tokens.find(secret)).toBeUndefined();
  });

  test('that lets logs in goes on when its owner leaves', async () => {
    await principalOf('root', 'admin');
    const leaving = await principalOf('ada', 'admin');
    const { tokens, users } = ground.access;
    const { secret } = tokens.create({ name: 'sensor', scopes: ['ingest', 'admin'], expires: null }, leaving);
    users.change(users.get('ada'), { disabled: true }, 'root');
    expect([...(tokens.find(secret)?.scopes ?? [])]).toEqual(['ingest']);
  });
});

test('somebody is always left to administer', async () => {
  const root = await withUser('root', 'admin');
  const { users } = ground.access;
  users.add('next', 'admin', 'root');
  expect(() => users.change(root, { role: 'viewer' }, 'root')).toThrow(refused('LAST_ADMIN'));
  expect(() => users.change(root, { disabled: true }, 'root')).toThrow(refused('LAST_ADMIN'));
  await users.setPassword(users.get('next'), password, 'next');
  expect(users.change(root, { role: 'viewer' }, 'next').role).toBe('viewer');
});

test('the trail tells every change, and no secret', async () => {
  const { access } = ground;
  const link = access.invitations.first() ?? '';
  const { principal } = await access.accept(link, { name: 'ada', password }, here);
  access.invitations.invite(access.users.add('bob', 'viewer', 'ada'), 'ada');
  access.users.change(access.users.get('bob'), { role: 'analyst' }, 'ada');
  const { secret } = access.tokens.create({ name: 't', scopes: ['read'], expires: null }, principal);
  access.logout(principal);
  expect(ground.trail.map(({ actor, action, subject }) => `${actor} ${action} ${subject}`)).toEqual([
    'ada user.create ada',
    'ada user.password ada',
    'ada login ada',
    'ada user.create bob',
    'ada user.invite bob',
    'ada user.role bob',
    'ada token.create t',
    'ada logout ada',
  ]);
  const told = JSON.stringify(ground.trail, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  for (const word of [password, link, secret]) expect(told).not.toContain(word);
});
