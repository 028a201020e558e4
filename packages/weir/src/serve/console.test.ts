import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, browser, type OpenApi, openApi } from '../api/api.fixture.ts';
import { consolePages, noConsole } from './console.ts';

let folder: string;
let api: OpenApi;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-console-'));
  await mkdir(join(folder, 'built/assets'), { recursive: true });
  await writeFile(join(folder, 'built/index.html'), '<!doctype html><title>Weir</title>');
  await writeFile(join(folder, 'built/theme.js'), '// theme');
  await writeFile(join(folder, 'built/assets/index-AbCd_-12.js'), 'let page = "page";'.repeat(200));
  await writeFile(join(folder, 'secret.html'), 'not of the console');
  api = await openApi({ pages: await consolePages(join(folder, 'built')) });
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

const html = { accept: 'text/html,application/xhtml+xml' };

test.each(['/', '/alerts', '/alerts/12?severity=high', '/welcome', '/no/such/view'])(
  '%s opens the page',
  async (path) => {
    const { status, headers, body } = await ask(api, 'GET', path, { headers: html });
    expect([status, body]).toEqual([200, '<!doctype html><title>Weir</title>']);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/);
  },
);

test('what a page loads is kept for good, or asked whether it is still so', async () => {
  const script = await ask(api, 'GET', '/assets/index-AbCd_-12.js');
  expect(script.headers.get('cache-control')).toMatch(/immutable/);
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  const { headers } = await fetch(api.url('/assets/index-AbCd_-12.js'), { headers: { 'accept-encoding': 'gzip' } });
  expect(headers.get('content-encoding')).toBe('gzip');
  const first = await ask(api, 'GET', '/theme.js');
  expect(first.headers.get('cache-control')).toBe('no-cache');
  const etag = first.headers.get('etag') ?? '';
  expect((await ask(api, 'GET', '/theme.js', { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test('a program that asks for what is not there is told so, and the API is as it was', async () => {
  expect((await ask(api, 'GET', '/nothing')).body.code).toBe('PATH_UNKNOWN');
  expect((await ask(api, 'POST', '/alerts', { headers: html, body: {} })).body.code).toBe('PATH_UNKNOWN');
  expect((await ask(api, 'GET', '/api/nothing', { headers: html })).body.code).toBe('PATH_UNKNOWN');
  const secret = await api.addUser('vic', 'viewer');
  expect((await ask(api, 'GET', '/api/alerts', { headers: browser(secret) })).status).toBe(200);
});

test.each(['/../secret.html', '/%2e%2e/secret.html', '/assets/..%2f..%2fsecret.html', '/assets/../../secret.html'])(
  '%s leads nowhere',
  async (path) => {
    // As it stands: fetch would go up before it sends.
    const answer = await rawGet(path);
    expect(answer.requested).toBe(path);
    expect(answer.body).not.toContain('not of the console');
  },
);

function rawGet(path: string): Promise<{ readonly requested: string; readonly body: string }> {
  const { hostname, port } = new URL(api.url('/'));
  return new Promise((done, failed) => {
    const asked = request({ hostname, port, path, headers: html }, async (answer) => {
      let body = '';
      for await (const piece of answer) body += piece;
      done({ requested: asked.path, body });
    });
    asked.on('error', failed).end();
  });
}

test('where the console is not built, a person is told how it comes to be', async () => {
  const told = noConsole(new Request('http://127.0.0.1/alerts', { headers: html }));
  expect(told?.status).toBe(503);
  expect(await told?.text()).toContain('npm run console');
  expect(noConsole(new Request('http://127.0.0.1/nothing'))).toBeUndefined();
});
