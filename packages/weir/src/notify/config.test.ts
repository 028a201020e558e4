import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../operate/config/load.ts';
import { readSecret } from '../operate/config/secret.ts';
import { type DestinationConfig, destinationsFile } from './config.ts';
import { leastFloor, openDestinations } from './open.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function opened(text: string, environment: Record<string, string> = {}) {
  const path = join(folder, 'weir.yaml');
  await writeFile(path, text);
  const { config, place } = await loadConfig(path, { destinations: destinationsFile });
  const at = (own: readonly PropertyKey[]) => place(['destinations', ...own]);
  const resolve = (written: string) => join(folder, written);
  return openDestinations(config.destinations, {
    secret: (source, own) => readSecret(source, { place: at(own), environment, resolve }),
    ...{ path: resolve, place: at, now: () => 0n, floor: 'medium' },
  });
}

test('every kind of destination is opened', async () => {
  await writeFile(join(folder, 'ca.pem'), 'pem');
  const destinations = await opened(
    `
destinations:
  - name: hook
    floor: high
    perMinute: 2
    giveUp: 2h
    webhook: { url: https://hook.example/weir, sign: { env: SIGN }, allow: [10.1.0.0/16, 127.0.0.1] }
  - name: chat
    slack: { url: { env: SLACK } }
  - name: team
    teams: { url: https://flow.example/x, ca: ca.pem }
  - name: mail
    mail: { host: mail.example, from: weir@example.org, to: [soc@example.org], user: weir, password: { env: SIGN } }
  - name: siem
    syslog: { host: 10.0.0.9, over: tls, port: 6514, ca: ca.pem }
  - name: file
    ocsf: { file: out/alerts.ndjson }
  - name: sentinel
    sentinel:
      endpoint: https://dce.example
      collectionRule: dcr-1
      stream: Custom-WeirAlerts_CL
      tenant: t
      client: c
      password: { env: SIGN }
`,
    { SIGN: 's', SLACK: 'https://hooks.example/services/x' },
  );
  expect(destinations.map(({ name, readers, floor }) => [name, readers, floor])).toEqual([
    ['hook', 'people', 3],
    ['chat', 'people', 2],
    ['team', 'people', 2],
    ['mail', 'people', 2],
    ['siem', 'machines', 2],
    ['file', 'machines', 2],
    ['sentinel', 'machines', 2],
  ]);
  expect(destinations[0]).toMatchObject({ perMinute: 2, giveUp: 72_000_000_000n });
});

test('the example of docs/destinations.md is one', async () => {
  const page = await readFile(new URL('../../../../docs/destinations.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  await writeFile(join(folder, 'siem-ca.pem'), 'pem');
  await mkdir(join(folder, 'secrets'));
  await writeFile(join(folder, 'secrets/teams-url'), 'https://flow.example/x\n');
  await writeFile(join(folder, 'secrets/sentinel'), 's\n');
  const environment = { SLACK_WEBHOOK: 'https://hooks.example/x', MAIL: 'm', TICKETS_KEY: 'k' };
  const destinations = await opened(example, environment);
  expect(destinations.map(({ name }) => name)).toEqual([
    'soc-chat',
    'soc-team',
    'soc-mail',
    'tickets',
    'siem',
    'archive',
    'sentinel',
  ]);
});

test('what one destination is told of is put into the outbox', () => {
  const of = (floor?: 'low' | 'high') => ({ floor }) as DestinationConfig;
  expect(leastFloor([of('high'), of('low'), of()], 'medium')).toBe('low');
  expect(leastFloor([of('high')], 'medium')).toBe('medium');
  expect(leastFloor([], 'medium')).toBe('medium');
});

test('none is none', async () => {
  expect(await opened('listen: 127.0.0.1:8765\n')).toEqual([]);
});

const hook = 'webhook: { url: https://a.example }';
test.each([
  [`- name: a\n    ${hook}\n  - name: a\n    ${hook}`, 'weir.yaml:4:', 'a is the name of a destination above'],
  ['- name: a', 'weir.yaml:2:', 'where to is not said'],
  [`- name: a\n    ${hook}\n    slack: { url: https://b.example }`, 'weir.yaml:4:', 'it is webhook and slack'],
  ['- name: a\n    webhook: { url: ftp://a.example }', 'weir.yaml:3:', 'an http or https URL'],
  ['- name: a\n    webhook: { url: https://a.example, sign: hunter2 }', 'weir.yaml:3:', 'a secret stands elsewhere'],
  [
    '- name: a\n    webhook: { url: https://a.example, allow: [10.0.0.0/40] }',
    'weir.yaml:3:',
    'an address or a network',
  ],
  ['- name: a\n    webhok: { url: https://a.example }', 'weir.yaml:3:', 'did you mean webhook?'],
  ['- name: a\n    mail: { host: m, from: "a@b.c\\r\\nBcc: x@y.z", to: [a@b.c] }', 'weir.yaml:3:', 'a mail address'],
  ['- name: a\n    slack: { url: { env: NONE } }', 'weir.yaml:3:', 'the variable NONE is not set'],
  ['- name: a\n    slack: { url: { env: BAD } }', 'weir.yaml:3:', 'the secret is no http or https URL'],
  ['- name: a\n    syslog: { host: h, ca: none.pem }', 'weir.yaml:3:', 'none.pem cannot be read (ENOENT)'],
])('%j is refused at its place', async (text, place, message) => {
  await expect(opened(`destinations:\n  ${text}\n`, { BAD: 'hunter2' })).rejects.toMatchObject({
    message: expect.stringContaining(message),
    place: expect.stringContaining(place),
  });
});
