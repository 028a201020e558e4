import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { keysAsMarkdown, keysOf } from './keys.fixture.ts';
import { loadConfig } from './load.ts';
import { configFile } from './schema.ts';
import { readSecret, secret } from './secret.ts';

const destinations = z.array(z.object({ name: z.string(), password: secret })).default([]);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function load(text: string) {
  await writeFile(join(folder, 'weir.yaml'), text);
  return loadConfig(join(folder, 'weir.yaml'), { destinations });
}

const refused = (at: string, message: RegExp, code = 'CONFIG_INVALID') =>
  expect.objectContaining({
    code,
    place: `${join(folder, 'weir.yaml')}:${at}`,
    message: expect.stringMatching(message),
  });

test('an empty file, one of comments, and one that may lack give the defaults', async () => {
  const { config } = await load('# nothing yet\n');
  expect((await load('')).config).toEqual(config);
  const lacking = await loadConfig(join(folder, 'none.yaml'), { destinations, mayLack: true });
  expect(lacking.config).toEqual(config);
  expect(config).toMatchObject({
    listen: { host: '127.0.0.1', port: 8765 },
    lake: { keep: 90n * 864_000_000_000n },
    queries: { memory: 512 * 2 ** 20, rows: 10_000, time: 600_000_000n },
    destinations: [],
  });
  await expect(loadConfig(join(folder, 'none.yaml'), { destinations })).rejects.toThrow(
    expect.objectContaining({ code: 'CONFIG_UNREADABLE' }),
  );
});

test.each([
  ['sessions:\n  idel: 2h\n', '2:3', /unknown key; did you mean idle\?/],
  ['listen: 8765\n', '1:1', /text is expected here, not a number/],
  ['listen: somewhere\n', '1:1', /no address to listen at/],
  ['lake:\n  keep: 90 days\n', '2:3', /no duration/],
  ['intake:\n  bodyMax: 0MB\n', '2:3', /no size/],
  ['intake:\n  bodyMax: 257MiB\n', '2:3', /never taken; write 256MiB or less/],
  ['\nintake:\n  journalMax: 65MiB\n', '2:1', /never be room/],
  ['intake:\n  bodyMax: 1MiB\n  journalMax: 129MiB\n', '1:1', /never be room/],
  ['intake:\n  bodyMax: 100MiB\n  journalMax: 100MiB\n', '1:1', /never be room/],
  ['\n\nengine:\n  threads: 0\n', '4:3', /threads/],
  ['exceptions: none.yaml\n', '1:1', /none\.yaml cannot be read \(ENOENT\)/],
  ['destinations:\n  - name: mail\n    password: hunter2\n', '3:5', /a secret stands elsewhere/],
])('%j is refused at its place', async (text, at, message) => {
  await expect(load(text)).rejects.toThrow(refused(at, message));
});

test('the largest body and the smallest journal for it are taken', async () => {
  const { config } = await load('intake:\n  bodyMax: 256MiB\n  journalMax: 258MiB\n');
  expect(config.intake).toEqual({ bodyMax: 256 * 2 ** 20, journalMax: 258 * 2 ** 20 });
  expect((await load('intake:\n  journalMax: 130MiB\n')).config.intake.journalMax).toBe(130 * 2 ** 20);
});

describe('listening', () => {
  test.each(['0.0.0.0:8765', '192.0.2.1:80', '[::]:8765', 'weir.example.org:443', '[::ffff:127.0.0.1]:1'])(
    'at %s is refused without TLS or a word',
    async (listen) => {
      await expect(load(`listen: "${listen}"\n`)).rejects.toThrow(refused('1:1', /reached from other machines/));
      expect((await load(`listen: "${listen}"\nplainHttp: true\n`)).config.plainHttp).toBe(true);
    },
  );

  test.each(['127.0.0.1:8765', '127.8.8.8:80', '[::1]:8765', 'localhost:0'])('at %s is fine', async (listen) => {
    expect((await load(`listen: "${listen}"\n`)).config.listen.port).toBeLessThan(65_536);
  });

  test('with TLS needs files that are there, from the folder of the config', async () => {
    const text = 'listen: 0.0.0.0:8765\ntls:\n  certificate: a.pem\n  key: b.pem\n';
    await writeFile(join(folder, 'a.pem'), 'x');
    await expect(load(text)).rejects.toThrow(refused('4:3', /b\.pem cannot be read/));
    await writeFile(join(folder, 'b.pem'), 'x');
    expect((await load(text)).config.tls).toEqual({ certificate: join(folder, 'a.pem'), key: join(folder, 'b.pem') });
  });
});

describe('syslog', () => {
  const open = 'syslog:\n  - listen: 127.0.0.1:514\n  - listen: 0.0.0.0:6514\n';

  test('beyond this machine is refused without TLS or a word of the door itself', async () => {
    await expect(load(open)).rejects.toThrow(refused('3:5', /reached from other machines/));
    await expect(load(`${open}plainHttp: true\n`)).rejects.toThrow(refused('3:5', /reached from other machines/));
    expect((await load(`${open}    plain: true\n`)).config.syslog.map(({ plain }) => plain)).toEqual([false, true]);
  });

  test('with TLS may name whose certificates senders show', async () => {
    const text = `${open}    tls:\n      certificate: a.pem\n      key: a.pem\n`;
    await writeFile(join(folder, 'a.pem'), 'x');
    const pem = join(folder, 'a.pem');
    expect((await load(text)).config.syslog[1]?.tls).toEqual({ certificate: pem, key: pem });
    const more = `${text}      clientAuthorities: b.pem\n`;
    await expect(load(more)).rejects.toThrow(refused('7:7', /b\.pem cannot be read/));
    await writeFile(join(folder, 'b.pem'), 'x');
    const clientAuthorities = join(folder, 'b.pem');
    expect((await load(more)).config.syslog[1]?.tls).toEqual({ certificate: pem, key: pem, clientAuthorities });
  });
});

describe('a secret', () => {
  const at = { place: 'weir.yaml:3:5', environment: { SET: 's3cret', EMPTY: '' }, resolve: (path: string) => path };

  test('comes from the environment or a file', async () => {
    expect(readSecret({ env: 'SET' }, at)).toBe('s3cret');
    const file = join(folder, 'secret');
    await writeFile(file, 'from a file\n');
    expect(readSecret({ file }, at)).toBe('from a file');
  });

  test.each([{ env: 'UNSET' }, { env: 'EMPTY' }, { file: 'none' }])('that is not there is told: %j', (source) => {
    expect(() => readSecret(source, at)).toThrow(
      expect.objectContaining({ code: 'SECRET_MISSING', place: 'weir.yaml:3:5' }),
    );
  });
});

test('every key says what it is, and docs/config.md has them all', async () => {
  const file = configFile(z.array(z.unknown()).default([]));
  expect(keysOf(file).filter(({ description }) => description === undefined)).toEqual([]);
  expect(keysOf(file).map(({ path }) => path)).toContain('syslog[].tls.key');
  const page = new URL('../../../../../docs/config.md', import.meta.url);
  const written = await readFile(page, 'utf8');
  const table = keysAsMarkdown(file);
  if (process.env.CONFIG_DOCS === 'write')
    await writeFile(
      page,
      written.replace(/\| key \|[\s\S]*/, () => `${table}\n`),
    );
  else expect(written).toContain(table);
});
