import { once } from 'node:events';
import { visible } from '../report/harmless.ts';

/** Writes to stdout and waits while its reader is slow. */
export async function print(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** A message on stderr. File names and queries may come from strangers, so nothing in it steers the terminal. */
export function tell(message: string): void {
  process.stderr.write(`${message.split('\n').map(visible).join('\n')}\n`);
}

const widthOfPipes = 120;

/** How wide stdout is (a pipe is as wide as COLUMNS says), and whether it shows colours (a terminal, NO_COLOR unset). */
export function terminal(): { width: number; color: boolean } {
  const color = process.stdout.isTTY === true && process.stdout.hasColors?.() === true && !process.env.NO_COLOR;
  const widths = [process.stdout.columns, Number.parseInt(process.env.COLUMNS ?? '', 10)];
  return { width: widths.find((width) => width > 0) ?? widthOfPipes, color };
}
