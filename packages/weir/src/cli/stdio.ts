import { once } from 'node:events';

/** Writes to stdout and waits while its reader is slow. */
export async function print(text: string): Promise<void> {
  if (text === '') return;
  if (!process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)) await once(process.stdout, 'drain');
}

const widthOfPipes = 120;

/** How wide stdout is (a pipe is as wide as COLUMNS says), and whether it shows colours (a terminal, NO_COLOR unset). */
export function terminal(): { width: number; color: boolean } {
  const color = process.stdout.isTTY === true && process.stdout.hasColors?.() === true && !process.env.NO_COLOR;
  const asked = Number.parseInt(process.env.COLUMNS ?? '', 10);
  return { width: process.stdout.columns ?? (asked > 0 ? asked : widthOfPipes), color };
}
