import { once } from 'node:events';

/** Writes to stdout and waits while its reader is slow. */
export async function print(text: string): Promise<void> {
  if (text === '') return;
  if (!process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)) await once(process.stdout, 'drain');
}

/** How wide stdout is, and whether it shows colours (a terminal, and NO_COLOR unset). */
export function terminal(): { width: number; color: boolean } {
  const color = process.stdout.isTTY === true && process.stdout.hasColors?.() === true && !process.env.NO_COLOR;
  return { width: process.stdout.columns ?? 120, color };
}
