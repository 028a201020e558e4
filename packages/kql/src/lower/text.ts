import type { Bound } from '../parse/tree.ts';
import { refuse } from './context.ts';

/** What no SQL text can carry is refused at its place. */
export function checkText(text: string, node: Bound): void {
  if (!text.isWellFormed()) refuse(node.span, 'WK006', 'Half of a surrogate pair is not text.');
}
