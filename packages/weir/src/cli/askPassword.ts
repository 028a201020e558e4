import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UserError } from '../model/userError.ts';
import { tell } from './stdio.ts';

/** A new password: from a terminal typed twice and not shown, else the first line of standard input.
 *  @throws UserError where the two differ */
export async function askPassword(input: NodeJS.ReadStream, whose: string): Promise<string> {
  if (!input.isTTY) return ((await text(input)).split('\n')[0] ?? '').replace(/\r$/, '');
  const first = await hidden(input, `Password of ${whose}: `);
  if (first === (await hidden(input, 'The same again: '))) return first;
  throw new UserError('PASSWORD_DIFFERS', 'password', 'the two passwords differ', 'Type the same one twice.');
}

async function hidden(input: NodeJS.ReadStream, question: string): Promise<string> {
  const nowhere = new Writable({ write: (_, __, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  process.stderr.write(question);
  try {
    // Ctrl-C and Ctrl-D leave without a password.
    const line = await Promise.race([
      lines.question(''),
      once(lines, 'close').then(() => undefined),
      once(lines, 'SIGINT').then(() => undefined),
    ]);
    if (line !== undefined) return line;
    throw new UserError('PASSWORD_MISSING', 'password', 'no password was given', 'Run the command again.');
  } finally {
    lines.close();
    tell('');
  }
}
