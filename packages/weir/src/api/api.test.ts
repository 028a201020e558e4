import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { story, told } from '../alert/told.fixture.ts';
import { ask, browser, type OpenApi, openApi, password } from './api.fixture.ts';

let api: OpenApi;
let root: Record<string, string>;
let ada: Record<string, string>;
let viewer: Record<string, string>;
beforeAll(async () => {
  api = await openApi();
  root = browser(await api.addUser('root', 'admin'));
  ada = browser(await api.addUser('ada', 'analyst'));
  viewer = browser(await api.addUser('vera', 'viewer'));
});
afterAll(() => api.close());

const get = (path: string, headers = viewer) => ask(api, 'GET', path, { headers });
const send = (method: string, path: string, body: unknown, headers = ada) => ask(api, method, path, { body, headers });

test('a message that was given up is seen and sent again by administrators', async () => {
  const summary = { kind: 'one', subjects: 1, notices: 2, causes: {}, severities: {}, rules: [] };
  const add = (destination: string) =>
    api.store
      .statement(
        `INSERT INTO message (destination, key, made, state, attempts, ended, error, notices_json, summary_json)
         VALUES (?, ?, 638000000000000000, 'dead', 3, 638000000000000005, 'it answers 400', '[]', ?)`,
      )
      .run(destination, destination, JSON.stringify(summary)).lastInsertRowid;
  api.store.statement("INSERT INTO destination (name, cursor, failures) VALUES ('soc', 0, 0)").run();
  const [soc, old] = [add('soc'), add('old')];
  const { messages } = (await get('/api/undelivered', root)).body;
  expect(messages).toMatchObject([
    { destination: 'old' },
    { destination: 'soc', attempts: 3, error: 'it answers 400', kind: 'one', subjects: 1, notices: 2 },
  ]);
  const again = (id: number | bigint) => ask(api, 'POST', `/api/undelivered/${id}/again`, { headers: root });
  expect(await again(old)).toMatchObject({ status: 409, body: { code: 'MESSAGE_STRANDED' } });
  expect(await again(soc)).toMatchObject({ status: 200, body: messages[1] });
  expect((await again(soc)).status).toBe(404);
  const accept = (reason: string) =>
    ask(api, 'POST', `/api/undelivered/${old}/accept`, { headers: root, body: { reason } });
  expect((await accept('')).status).toBe(400);
  expect(await accept('told by hand')).toMatchObject({ status: 200, body: { destination: 'old' } });
  expect((await accept('told by hand')).status).toBe(404);
  expect(api.store.statement("SELECT destination FROM message WHERE state = 'waiting'").all()).toEqual([
    { destination: 'soc' },
  ]);
  api.store.statement('DELETE FROM message').run();
});

test('the first administrator comes by the link and is logged in', async () => {
  const fresh = await openApi();
  const link = fresh.access.invitations.first();
  expect((await ask(fresh, 'POST', '/api/links/look', { body: { link } })).body).toEqual({ name: null });
  const weak = await ask(fresh, 'POST', '/api/links/accept', { body: { link, name: 'ada', password: 'short' } });
  expect([weak.status, weak.body.code]).toEqual([400, 'PASSWORD_WEAK']);
  const taken = await ask(fresh, 'POST', '/api/links/accept', { body: { link, name: 'ada', password } });
  expect(taken.body).toMatchObject({ name: 'ada', role: 'admin' });
  expect(taken.headers.getSetCookie()).toHaveLength(1);
  expect((await ask(fresh, 'POST', '/api/links/look', { body: { link } })).status).toBe(410);
  await fresh.close();
});

describe('accounts and tokens', () => {
  test('are made, changed and ended, each told to the trail', async () => {
    const made = await send('POST', '/api/users', { name: 'Bob', role: 'viewer' }, root);
    expect(made.status).toBe(201);
    const joined = await ask(api, 'POST', '/api/links/accept', { body: { link: made.body.link, password } });
    expect(joined.body).toMatchObject({ name: 'bob', role: 'viewer' });
    expect((await send('POST', '/api/users', { name: 'bob', role: 'viewer' }, root)).status).toBe(409);
    expect((await send('PATCH', '/api/users/bob', { role: 'analyst', disabled: true }, root)).body).toMatchObject({
      role: 'analyst',
      disabled: expect.any(String),
    });
    expect((await send('PATCH', '/api/users/root', { role: 'viewer' }, root)).body.code).toBe('LAST_ADMIN');
    const trail = await get('/api/trail?subject=bob', root);
    expect(trail.body.entries.map((entry: { action: string }) => entry.action)).toEqual([
      ...['user.create', 'user.invite', 'user.password', 'login', 'user.role', 'user.disable'],
    ]);
    expect((await get('/api/trail/check', root)).body).toMatchObject({ faults: [] });
  });

  test('a token is told once, seen by its owner, and opens nothing once revoked', async () => {
    const beyond = await send('POST', '/api/tokens', { name: 'x', scopes: ['admin'], expires: null });
    expect([beyond.status, beyond.body.code]).toEqual([403, 'TOKEN_SCOPE']);
    const made = await send('POST', '/api/tokens', { name: 'ci', scopes: ['read'], expires: '2099-01-01T00:00:00Z' });
    const authorization = `Bearer ${made.body.secret}`;
    expect((await get('/api/me', { authorization })).body).toMatchObject({
      name: 'ada',
      scopes: ['read'],
      expires: null,
    });
    expect((await get('/api/tokens', viewer)).body.tokens).toEqual([]);
    expect(JSON.stringify((await get('/api/tokens', root)).body)).not.toContain(made.body.secret);
    expect((await ask(api, 'DELETE', `/api/tokens/${made.body.token.id}`, { headers: viewer })).status).toBe(404);
    expect((await ask(api, 'DELETE', `/api/tokens/${made.body.token.id}`, { headers: ada })).status).toBe(200);
    expect((await get('/api/me', { authorization })).status).toBe(401);
  });

  test('that came into wrong hands makes no other and takes none away, but can end itself', async () => {
    const made = async (name: string) =>
      (await send('POST', '/api/tokens', { name, scopes: ['read'], expires: '2099-01-01T00:00:00Z' })).body;
    const [lost, other] = [await made('lost'), await made('other')];
    const headers = { authorization: `Bearer ${lost.secret}` };
    const more = await send('POST', '/api/tokens', { name: 'for ever', scopes: ['read'], expires: null }, headers);
    expect([more.status, more.body.code]).toEqual([403, 'NOT_ALLOWED']);
    const revoke = (id: number) => ask(api, 'DELETE', `/api/tokens/${id}`, { headers });
    expect((await revoke(other.token.id)).status).toBe(403);
    expect((await revoke(lost.token.id)).status).toBe(200);
    expect((await get('/api/me', headers)).status).toBe(401);
    expect((await get('/api/me', { authorization: `Bearer ${other.secret}` })).status).toBe(200);
  });
});

describe('alerts', () => {
  test('come in pages that leave none out and repeat none', async () => {
    const seen: number[] = [];
    let next: string | null = null;
    do {
      const at = next === null ? '' : `&cursor=${next}`;
      const { body }: { body: { alerts: { id: number }[]; next: string | null } } = await get(
        `/api/alerts?limit=3${at}`,
      );
      seen.push(...body.alerts.map(({ id }) => id));
      next = body.next;
    } while (next !== null);
    expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await get('/api/alerts?rule=rule-3&rule=rule-4&state=new')).body.alerts).toHaveLength(2);
    expect((await get('/api/alerts?entityKind=device&entity=FS-01&order=newest&limit=1')).body.alerts[0].id).toBe(10);
    expect((await get('/api/alerts?entity=x')).body.place).toBe('query.entityKind');
    expect((await get('/api/alerts/counts')).body).toMatchObject({ total: 10, states: { new: 10 } });
  });

  test('tell times, bytes and entities, and no secret of a command line', async () => {
    const { body } = await get('/api/alerts/1');
    expect(body).toMatchObject({
      state: 'new',
      opened: expect.stringMatching(/^2026-11-21T\d\d:\d\d:00\.0000000Z$/),
      finding: { bytesSent: 1_048_576, entities: { device: 'fs-01' }, evidence: { count: 1 } },
    });
    for (const path of ['', '/evidence', '/trail', '/related', '/export'])
      expect(JSON.stringify((await get(`/api/alerts/1${path}`)).body)).not.toContain('hunter2hunter2');
    const exported = await get('/api/alerts/1/export');
    expect(exported.headers.get('content-disposition')).toBe('attachment; filename="weir-alert-1.json"');
    expect(exported.body).toMatchObject({
      alert: { id: 1 },
      evidence: { count: 1 },
      trail: [{ action: 'alert.opened' }],
    });
  });

  test('are changed by who saw their present version, and the others are told what happened', async () => {
    const { version } = (await get('/api/alerts/2')).body;
    const taken = await send('PATCH', '/api/alerts/2', { version, state: 'in-progress', assignee: 'Ada' });
    expect(taken.body).toMatchObject({ state: 'in-progress', assignee: 'ada' });
    const late = await send('PATCH', '/api/alerts/2', { version, state: 'closed', verdict: 'benign' }, root);
    expect([late.status, late.body.code]).toEqual([409, 'ALERT_STALE']);
    expect(late.body.mistakes[0].message).toMatch(/^ada, /);
    expect((await send('PATCH', '/api/alerts/2', { state: 'closed' })).status).toBe(422);
    expect((await send('PATCH', '/api/alerts/2', { version: 1, assignee: 'nobody' })).body.code).toBe('USER_UNKNOWN');
    expect((await send('POST', '/api/alerts/2/comments', { comment: 'looks like a backup' })).status).toBe(200);
    const { entries } = (await get('/api/alerts/2/trail')).body;
    expect(entries.at(-1)).toMatchObject({ actor: 'ada', action: 'alert.commented' });
  });

  test('a step of the playbook is done where it says what it said then', async () => {
    const doneBy = (guide: { playbook: { steps: { done: { by: string } | null }[] }[] }) =>
      guide.playbook.flatMap(({ steps }) => steps.map(({ done }) => done?.by ?? null));
    const stopped = await send('POST', '/api/alerts/4/steps', { step: 'contain/1', done: true });
    expect(doneBy(stopped.body)).toEqual(['ada']);
    const edited = { step: 'contain/1', done: true, does: 'What the guide said before it was edited.' };
    api.alerts.step(5, edited, { actor: 'ada', at: api.clock.now() });
    expect(doneBy((await get('/api/alerts/5/guide')).body)).toEqual([null]);
    expect((await send('POST', '/api/alerts/4/steps', { step: 'contain/9', done: true })).body.code).toBe(
      'STEP_UNKNOWN',
    );
  });

  test('many at once are each changed or told why not', async () => {
    const targets = [
      { id: 3, version: (await get('/api/alerts/3')).body.version },
      { id: 4, version: 99 },
      { id: 999, version: 1 },
    ];
    const change = { state: 'closed', verdict: 'false-match', comment: 'noise' };
    const { body } = await send('POST', '/api/alerts/bulk', { targets, change });
    expect(body.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['changed', 'stale', 'refused']);
    expect((await get('/api/alerts/3')).body).toMatchObject({ state: 'closed', verdict: 'false-match' });
  });
});

describe('views', () => {
  const view = (name: string, more: object = {}) => ({ name, search: 'severity=high&rule=gone', ...more });

  test('are kept for who made them, changed, and removed', async () => {
    const made = await send('POST', '/api/views', view(' High '), viewer);
    expect(made).toMatchObject({ status: 201, body: { ...view('High'), shared: false, owner: 'vera' } });
    const path = `/api/views/${made.body.id}`;
    expect((await get('/api/views', viewer)).body.views).toEqual([made.body]);
    expect((await get('/api/views', ada)).body.views).toEqual([]);
    for (const method of ['PATCH', 'DELETE'])
      expect((await send(method, path, { name: 'mine' }, root)).body.code).toBe('VIEW_UNKNOWN');
    expect((await send('POST', '/api/views', view('High'), viewer)).body.code).toBe('VIEW_EXISTS');
    expect((await send('POST', '/api/views', view('High'), ada)).status).toBe(201);
    const renamed = await send('PATCH', path, { name: 'Grave', search: '' }, viewer);
    expect(renamed.body).toEqual({ ...made.body, name: 'Grave', search: '' });
    expect((await send('PATCH', path, {}, viewer)).status).toBe(400);
    expect((await ask(api, 'DELETE', path, { headers: viewer })).status).toBe(204);
    expect((await get('/api/views', viewer)).body.views).toEqual([]);
  });

  test('are shown to all by who may write, and changed by their owner alone', async () => {
    expect((await send('POST', '/api/views', view('Ours', { shared: true }), viewer)).body.code).toBe('NOT_ALLOWED');
    const own = await send('POST', '/api/views', view('Own'), viewer);
    expect((await send('PATCH', `/api/views/${own.body.id}`, { shared: true }, viewer)).body.code).toBe('NOT_ALLOWED');
    const shared = await send('POST', '/api/views', view('Ours', { shared: true }), ada);
    const path = `/api/views/${shared.body.id}`;
    expect((await get('/api/views', viewer)).body.views).toContainEqual(shared.body);
    for (const [who, method] of [
      [viewer, 'PATCH'],
      [viewer, 'DELETE'],
      [root, 'PATCH'],
    ] as const)
      expect(await send(method, path, { name: 'x' }, who)).toMatchObject({
        status: 403,
        body: { code: 'VIEW_OTHERS' },
      });
    expect((await ask(api, 'DELETE', path, { headers: root })).status).toBe(204);
  });

  test('are so many and no more', async () => {
    const many = browser(await api.addUser('many', 'viewer'));
    for (let n = 0; n < 100; n += 1) await send('POST', '/api/views', view(`v${n}`), many);
    expect(await send('POST', '/api/views', view('more'), many)).toMatchObject({
      ...{ status: 422, body: { code: 'VIEW_LIMIT' } },
    });
  });
});

describe('hunts', () => {
  const hunt = (name: string, more: object = {}) => ({
    ...{ name, hypothesis: 'Much at night.', query: 'DeviceNetworkEvents | where BytesSent > 5', ...more },
  });

  test('are saved for all by who may write, and changed and deleted by who owns them or administers', async () => {
    expect((await send('POST', '/api/hunts', hunt('No'), viewer)).body.code).toBe('NOT_ALLOWED');
    const made = await send('POST', '/api/hunts', hunt(' Night uploads ', { range: '7d' }));
    expect(made).toMatchObject({
      status: 201,
      body: { ...hunt('Night uploads'), reading: '', range: '7d', owner: 'ada', by: 'ada', revision: 1 },
    });
    const listed = (await get('/api/hunts')).body;
    expect(listed.saved).toEqual([made.body]);
    expect(listed.hunts).toMatchObject([{ title: 'Night' }]);
    const path = `/api/hunts/${made.body.id}`;
    const bob = browser(await api.addUser('hunter', 'analyst'));
    for (const [who, code] of [
      [viewer, 'NOT_ALLOWED'],
      [bob, 'HUNT_OTHERS'],
    ] as const) {
      expect((await send('PATCH', path, { revision: 1, name: 'x' }, who)).body.code).toBe(code);
      expect((await ask(api, 'DELETE', path, { headers: who })).body.code).toBe(code);
    }
    const changed = await send('PATCH', path, { revision: 1, reading: 'By device.' }, root);
    expect(changed.body).toMatchObject({ reading: 'By device.', revision: 2, by: 'root', owner: 'ada' });
    expect(await send('PATCH', path, { revision: 1, reading: 'Mine.' })).toMatchObject({
      status: 409,
      body: { code: 'HUNT_STALE', detail: 'root changed it meanwhile: it is at revision 2' },
    });
    expect((await send('PATCH', path, { revision: 2 })).status).toBe(400);
    expect((await ask(api, 'DELETE', path, { headers: ada })).status).toBe(204);
    expect((await get('/api/hunts')).body.saved).toEqual([]);
    expect((await send('PATCH', path, { revision: 2, name: 'x' })).status).toBe(404);
  });

  test('are saved by tokens for the account that the token is of, and by one without an account for nobody', async () => {
    const { secret } = api.access.tokens.createHere(
      { name: 'here', scopes: ['read', 'write'], expires: null },
      'local',
    );
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect(await send('POST', '/api/hunts', hunt('Nobody’s'), bearer(secret))).toMatchObject({
      status: 403,
      body: { code: 'HUNT_OWNERLESS', advice: expect.stringContaining('Log in') },
    });
    const made = await send('POST', '/api/hunts', hunt('Of ada'), bearer(api.addToken('ada', 'write')));
    expect(made).toMatchObject({ status: 201, body: { owner: 'ada' } });
    const path = `/api/hunts/${made.body.id}`;
    expect((await send('PATCH', path, { revision: 1, name: 'x' }, bearer(secret))).body.code).toBe('HUNT_OTHERS');
    expect((await ask(api, 'DELETE', path, { headers: ada })).status).toBe(204);
  });

  test('are refused without a name, with a name that is taken, and where they do not compile, each at its place', async () => {
    expect((await send('POST', '/api/hunts', hunt('  '))).body).toMatchObject({
      ...{ status: 400, place: 'body.name', detail: expect.stringContaining('a hunt needs a name') },
    });
    expect((await send('POST', '/api/hunts', hunt('x', { hypothesis: ' ' }))).body.place).toBe('body.hypothesis');
    expect((await send('POST', '/api/hunts', hunt('x', { query: ' ' }))).body.place).toBe('body.query');
    expect((await send('POST', '/api/hunts', hunt('x', { range: 'often' }))).body.place).toBe('body.range');
    const wrong = await send('POST', '/api/hunts', hunt('Wrong', { query: 'DeviceNetworkEvents\n| where Bytes > 5' }));
    expect(wrong).toMatchObject({ status: 422, body: { code: 'QUERY_REFUSED', place: '2:9' } });
    expect([wrong.body.mistakes[0].place, wrong.body.advice]).toEqual(['2:9', expect.stringMatching(/./)]);
    expect((await get('/api/hunts')).body.saved).toEqual([]);
    const made = await send('POST', '/api/hunts', hunt('Taken'));
    const taken = { status: 409, body: { code: 'HUNT_EXISTS', place: 'name' } };
    expect(await send('POST', '/api/hunts', hunt('taken'), root)).toMatchObject(taken);
    // So is that of one that Weir brings along.
    expect(await send('POST', '/api/hunts', hunt('NIGHT'))).toMatchObject(taken);
    const path = `/api/hunts/${made.body.id}`;
    expect(await send('PATCH', path, { revision: 1, name: 'night' })).toMatchObject(taken);
    expect((await send('PATCH', path, { revision: 1, query: 'Nothing' })).body).toMatchObject({
      ...{ code: 'QUERY_REFUSED', place: '1:1' },
    });
    expect((await get('/api/hunts')).body.saved).toEqual([made.body]);
  });
});

describe('events', () => {
  /** Reads a stream until so many alerts came; gives their ids and the last id to come back with. */
  async function listen(headers: Record<string, string>, alerts: number, meanwhile: () => unknown = () => undefined) {
    const response = await fetch(api.url('/api/events'), { headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const ids: number[] = [];
    let last = '';
    let text = '';
    for await (const piece of response.body ?? []) {
      text += new TextDecoder().decode(piece);
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1];
        last = field('id') ?? last;
        if (field('event') === 'begin') await meanwhile();
        if (field('event') === 'alert') ids.push(JSON.parse(field('data') ?? '').id);
        if (field('event') === 'upto' && ids.length >= alerts) return { ids, last };
      }
    }
    return { ids, last };
  }

  test('tell of alerts that come and change, and go on where a page left', async () => {
    const first = await listen(viewer, 1, () => send('POST', '/api/alerts/5/comments', { comment: 'one' }));
    expect(first.ids).toEqual([5]);
    await send('POST', '/api/alerts/6/comments', { comment: 'two' });
    api.alerts.apply(told(60_000, [story([60_000])], { rule: { id: 'rule-new', name: 'New' } }));
    const second = await listen({ ...viewer, 'last-event-id': first.last }, 2);
    expect(second.ids).toEqual([6, 11]);
  });

  test('tell of growth that the trail does not tell again within the hour', async () => {
    const rule = { rule: { id: 'rule-grows', name: 'Grows' } };
    const seen = (...minutes: number[]) => api.alerts.apply(told(61_000 + minutes.length, [story(minutes)], rule));
    const [opened] = seen(61_000).opened;
    seen(61_000, 61_001);
    const entries = api.alerts.trail(opened ?? 0, { limit: 100 }).length;
    const response = await fetch(api.url('/api/events'), { headers: viewer });
    let text = '';
    for await (const piece of response.body ?? []) {
      if (text === '') seen(61_000, 61_001, 61_002);
      text += new TextDecoder().decode(piece);
      if (text.includes('event: alert')) break;
    }
    const data = JSON.parse(/^data: (\{"id".*)$/m.exec(text)?.[1] ?? '');
    expect(data).toMatchObject({ id: opened, finding: { connections: 3 } });
    expect(api.alerts.trail(opened ?? 0, { limit: 100 })).toHaveLength(entries);
  });

  test('end with the session', async () => {
    const secret = await api.addUser('gone', 'viewer');
    const response = await fetch(api.url('/api/events'), { headers: browser(secret) });
    const text = response.text();
    api.access.users.change(api.access.users.get('gone'), { disabled: true }, 'root');
    expect(await text).toContain('event: begin');
  });
});

describe('queries', () => {
  test('are answered, refused with places, and checked', async () => {
    const kql = 'DeviceNetworkEvents | summarize n = count() by DeviceName | sort by DeviceName asc';
    const { status, body } = await send('POST', '/api/queries', { id: 'a', kql }, viewer);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      columns: [
        { name: 'DeviceName', type: 'string' },
        { name: 'n', type: 'long' },
      ],
      rows: [
        ['host-0', 34],
        ['host-1', 33],
        ['host-2', 33],
      ],
      count: 3,
      truncated: false,
      seq: 7,
    });
    const wrong = await send('POST', '/api/queries', { id: 'b', kql: 'DeviceNetworkEvents\n| where Nothing == 1' });
    expect([wrong.status, wrong.body.code, wrong.body.place]).toEqual([422, 'QUERY_REFUSED', '2:9']);
    expect(wrong.body.mistakes[0]).toMatchObject({ place: '2:9', start: 28, end: 35, severity: 'error' });
    const { tables, rows } = (await get('/api/tables')).body;
    const [network] = tables.filter(({ name }: { name: string }) => name === 'DeviceNetworkEvents');
    expect(network.columns).toContainEqual({ name: 'BytesSent', type: 'long' });
    expect(rows).toBe(50);
    const checked = await send('POST', '/api/queries/check', { id: 'c', kql: 'DeviceNetworkEvents | take' });
    expect(checked.body.mistakes).not.toEqual([]);
  });

  test('end when they are cancelled by their asker, and when the connection is closed', async () => {
    const kql = `range a from 1 to 100000 step 1 | extend k = 1
      | join kind=inner (range b from 1 to 1000000 step 1 | extend k = 1) on k | summarize sum((a + b) % 7)`;
    const running = async (headers: Record<string, string>) => {
      for (;;) {
        const { queries } = (await get('/api/queries', headers)).body;
        if (queries.length > 0) return queries[0];
        await setTimeout(10);
      }
    };
    const first = send('POST', '/api/queries', { id: 'long', kql });
    expect(await running(ada)).toMatchObject({ id: 'long', who: 'ada' });
    expect((await get('/api/queries', viewer)).body.queries).toEqual([]);
    expect((await ask(api, 'DELETE', '/api/queries/long', { headers: viewer })).status).toBe(404);
    expect((await ask(api, 'DELETE', '/api/queries/long?who=ada', { headers: viewer })).status).toBe(404);
    expect((await ask(api, 'DELETE', '/api/queries/long', { headers: ada })).status).toBe(204);
    expect((await first).body.code).toBe('QUERY_CANCELLED');
    const leaving = new AbortController();
    const second = ask(api, 'POST', '/api/queries', {
      body: { id: 'long', kql },
      headers: ada,
      signal: leaving.signal,
    });
    await running(ada);
    leaving.abort();
    await expect(second).rejects.toThrow();
    while (api.queries.running().length > 0) await setTimeout(10);
    expect((await send('POST', '/api/queries', { id: 'long', kql: 'print 1' })).body.rows).toEqual([[1]]);
    expect(api.lake.held()).toBe(0);
  });
});

describe('rules, exceptions, back-tests, sources', () => {
  test('a rule is stopped with a reason', async () => {
    expect((await send('PATCH', '/api/rules/large-upload', { enabled: false })).status).toBe(400);
    const stopped = await send('PATCH', '/api/rules/large-upload', { enabled: false, reason: 'too loud' });
    expect(stopped.body.stopped).toMatchObject({ by: 'ada', reason: 'too loud' });
    expect((await get('/api/rules/large-upload')).body).toMatchObject({
      query: 'DeviceNetworkEvents',
      schedule: { frequency: 300 },
    });
    expect((await send('PATCH', '/api/rules/none', { enabled: true, reason: 'why not' })).status).toBe(404);
  });

  test('what rules see, and what is kept', async () => {
    const { sight, techniques } = (await get('/api/coverage')).body;
    expect(sight).toMatchObject({ connections: 10, needs: [{ need: 'bytes', known: 4, blind: { devices: 1 } }] });
    expect(JSON.stringify(sight)).not.toContain('hunter2');
    expect(techniques).toMatchObject([{ technique: 'T1567.002', rules: [{ tests: 4, sees: 4 }] }]);
    const kept = { keep: 86_400, most: String(2n ** 60n), tables: [{ rows: 2 }], disk: { free: 5, size: 9 } };
    expect((await get('/api/storage')).body).toMatchObject(kept);
  });

  test('an entity is asked for by whatever name, and one with too long a history is refused', async () => {
    const name = '<b>/x?&#" \u202e';
    const answered = (await get(`/api/entities/device/${encodeURIComponent(name)}?id=e1&at=2020-01-01T00:00:00Z`)).body;
    expect(answered).toMatchObject({
      name,
      usual: { median: String(2n ** 60n) },
      looked: '2020-01-01T00:00:00.0000000Z',
    });
    expect(JSON.stringify(answered)).not.toContain('hunter2');
    expect((await get('/api/entities/destination/x?id=e1')).status).toBe(400);
    expect(await get('/api/entities/service/slow?id=e1')).toMatchObject({
      status: 422,
      body: { code: 'QUERY_TIMEOUT' },
    });
  });

  test('gaps come in pages', async () => {
    const first = (await get('/api/gaps?limit=3')).body;
    expect(first.gaps.map(({ id }: { id: number }) => id)).toEqual([5, 4, 3]);
    expect((await get(`/api/gaps?limit=3&cursor=${first.next}`)).body).toMatchObject({
      gaps: [{ id: 2 }, { id: 1 }],
      next: null,
    });
  });

  test('an exception that hides a confirmed case takes an administrator and a reason', async () => {
    const draft = {
      name: 'x',
      rules: null,
      when: 'confirmed == true',
      owner: 'ada',
      reason: 'normal here',
      expires: '2027-01-01T00:00:00Z',
    };
    expect((await send('POST', '/api/exceptions', draft)).body.code).toBe('EXCEPTION_REFUSED');
    expect((await send('POST', '/api/exceptions', { ...draft, override: 'I say so' })).status).toBe(403);
    const made = await send('POST', '/api/exceptions', { ...draft, override: 'agreed with legal' }, root);
    expect([made.status, made.body.override]).toEqual([201, { by: 'root', reason: 'agreed with legal' }]);
    const again = { expires: '2028-01-01T00:00:00Z', reason: 'still normal' };
    const renew = (body: object) => send('POST', `/api/exceptions/${made.body.id}/renew`, body);
    expect((await renew({ ...again, override: 'I say so' })).status).toBe(403);
    expect((await renew(again)).body).toMatchObject({
      ...{ expires: '2028-01-01T00:00:00.0000000Z', renewed: { by: 'ada', reason: 'still normal' } },
    });
    const ended = await send('POST', `/api/exceptions/${made.body.id}/end`, { reason: 'no longer' });
    expect(ended.body.ended).toEqual({ by: 'ada', at: expect.stringMatching(/Z$/), reason: 'no longer' });
  });

  test('a back-test is a job', async () => {
    const started = await send('POST', '/api/backtests', { rule: { id: 'large-upload' } });
    expect([started.status, started.body.state]).toEqual([202, 'running']);
    expect((await ask(api, 'DELETE', `/api/backtests/${started.body.id}`, { headers: ada })).body.state).toBe(
      'cancelled',
    );
    expect((await get(`/api/backtests/${started.body.id}`)).body).toMatchObject({ state: 'cancelled', result: null });
  });

  test('what a source sent that could not be read is shown without secrets', async () => {
    const { body } = await get('/api/rejects?source=zeek');
    expect(body.rejects[0].text).toBe('password=hun*** \u001b[2J');
    expect(JSON.stringify(body)).not.toContain('hunter2hunter2');
  });
});

test('health, readiness and metrics', async () => {
  api.parts.health.report('lake', 'degraded', 'behind by 20 s');
  expect((await get('/readyz', {})).status).toBe(503);
  api.parts.health.setReady(true);
  expect((await get('/readyz', {})).body).toEqual({ state: 'degraded' });
  expect((await get('/api/health')).body).toMatchObject({
    ready: true,
    parts: [{ part: 'lake', state: 'degraded', reason: 'behind by 20 s' }],
  });
  expect((await get('/metrics')).body).toMatch(
    /weir_api_request_seconds_count\{method="get",route="\/api\/alerts",status="200"\} \d+/,
  );
});
