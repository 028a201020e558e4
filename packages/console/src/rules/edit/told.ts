import type { Mistake } from '../../api/types.ts';
import type { Told } from '../../hunt/Mistakes.tsx';

/** What the service says of a rule's text, as a list that leads to its places. */
export function toldOf({ code, place, message, advice, severity = 'error', start = 0, end = start }: Mistake): Told {
  const [line = 1, column = 1] = place.split(':').map(Number);
  return { code, severity, message, line, column, start, length: end - start, ...(advice ? { advice } : {}) };
}
