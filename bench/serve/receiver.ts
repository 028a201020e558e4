import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A webhook's other end, on the loopback: remembers when it first heard of a device. */
export async function receiver() {
  const heard: { readonly text: string; readonly at: number }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    request.on('end', () => {
      heard.push({ text, at: performance.now() });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    /** Writes a home's config: this is where it tells. */
    configure: (home: string) =>
      writeFileSync(
        join(home, 'weir.yaml'),
        `destinations:\n  - name: receiver\n    perMinute: 600\n    webhook:\n      url: http://127.0.0.1:${port}/\n      allow: [127.0.0.1]\n`,
      ),
    /** Milliseconds of `performance.now()`. */
    heardOf: (device: string): number | undefined => heard.find(({ text }) => text.includes(device))?.at,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
