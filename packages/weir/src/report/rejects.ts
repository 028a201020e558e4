import type { Reject } from '../model/input.ts';
import { jsonText } from './harmless.ts';
import { masked } from './presentable.ts';

/** One line of the file that `--rejects` writes: `{"path","line","reason","text"}`, secrets masked. */
export function rejectLine(reject: Reject): string {
  const { path, line, reason, text } = masked(reject);
  return `${jsonText({ path, line, reason, text })}\n`;
}
