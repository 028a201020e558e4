import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

type Pages = (request: Request) => Response | undefined;

interface File {
  readonly content: Buffer<ArrayBuffer>;
  readonly zipped: Buffer<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The built console, read once: its files by their paths, and its page for every other path that a browser opens, since
 *  which views there are is the console's to know. */
export async function consolePages(folder: string): Promise<Pages> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, File>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length).replaceAll('\\', '/'), fileOf(entry.name, await readFile(path)));
  }
  const page = files.get('/index.html');
  return (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    const { pathname } = new URL(request.url);
    const found = files.get(pathname) ?? (isView(pathname, request) ? page : undefined);
    return found === undefined ? undefined : answer(request, found);
  };
}

/** Where it is not built: how it comes to be, to a person's browser. */
export const noConsole: Pages = (request) => {
  if (request.method !== 'GET' || !isView(new URL(request.url).pathname, request)) return undefined;
  const text =
    'Weir runs, and its console is not built in this checkout.\n\nnpm run console builds it; then start weir serve again. The API is at /api/openapi.json.\n';
  return new Response(text, { status: 503, headers: { 'content-type': 'text/plain; charset=utf-8' } });
};

function isView(path: string, request: Request): boolean {
  return !path.startsWith('/api/') && (request.headers.get('accept') ?? '').includes('text/html');
}

function fileOf(name: string, content: Buffer<ArrayBuffer>): File {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  // Vite puts a hash of the content into the names of what a page loads, but not into the page's own.
  const isHashed = /-[\w-]{8}\.\w+$/.test(name);
  return {
    content,
    zipped: gzipSync(content, { level: 9 }),
    headers: {
      etag,
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
    },
  };
}

function answer(request: Request, { content, zipped, headers }: File): Response {
  if (request.headers.get('if-none-match') === headers.etag) return new Response(null, { status: 304, headers });
  const isZipped = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  const body = isZipped ? zipped : content;
  return new Response(request.method === 'HEAD' ? null : body, {
    headers: {
      ...headers,
      'content-length': String(body.byteLength),
      ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    },
  });
}
