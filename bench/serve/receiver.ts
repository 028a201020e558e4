import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** When an upload's host was first told of by a rule, and when the alert of it was in the store and the message made;
 *  milliseconds since 1970. */
export interface Heard {
  readonly rule: string;
  readonly host: string;
  readonly stored: number;
  readonly made: number;
  readonly at: number;
}

interface Body {
  readonly at: string;
  readonly told: readonly { readonly at: string; readonly finding?: { readonly rule: { readonly name: string } } }[];
}

/** A webhook's other end, on the loopback. */
export async function receiver() {
  const heard = new Map<string, Heard>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const at = performance.timeOrigin + performance.now();
      response.end('ok');
      const { told, at: made } = JSON.parse(Buffer.concat(parts).toString('utf8')) as Body;
      for (const notice of told) {
        const rule = notice.finding?.rule.name;
        const host = uploaderIn(JSON.stringify(notice));
        if (rule === undefined || host === undefined) continue;
        const key = JSON.stringify([rule, host]);
        if (heard.has(key)) continue;
        heard.set(key, { rule, host, stored: Date.parse(notice.at), made: Date.parse(made), at });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    heard: (): readonly Heard[] => [...heard.values()],
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** The address of the planted upload that a notice is about, which it may have as part of a host's name. */
function uploaderIn(text: string): string | undefined {
  return /\b10[.-]9[.-]\d{1,3}[.-]\d{1,3}\b/.exec(text)?.[0].replaceAll('-', '.');
}
