import { exportRules, type Target } from '../export/export.ts';
import { loadRules } from '../rules/load.ts';
import { exitCodes } from './failure.ts';
import { print, tell } from './stdio.ts';

/** `weir export`: gives the exit code. What could not be carried over is said on stderr; where anything is refused,
 *  nothing is printed. */
export async function runExport(paths: readonly string[], { to }: { readonly to: Target }): Promise<number> {
  const { text, refusals, notes } = exportRules(await loadRules(paths), to);
  if (refusals.length > 0) {
    for (const { place, message, advice } of refusals) tell(`weir: ${place}: ${message}\n  ${advice} (EXPORT_REFUSED)`);
    return exitCodes.usage;
  }
  for (const note of notes) tell(note);
  await print(text);
  return exitCodes.done;
}
