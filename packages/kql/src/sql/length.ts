import { Refusal } from '../diagnostics.ts';
import type { Span } from '../types.ts';
import type { Dialect } from './dialect.ts';

/** Looked at for every call, so that SQL that doubles with each of them ends before it fills the memory.
 *  @throws Refusal where the SQL, or a part of it, is longer than the dialect allows */
export function checkLength(sql: string, { longest }: Pick<Dialect, 'longest'>, span: Span): void {
  if (sql.length <= longest) return;
  const message = 'The SQL of this query becomes too long.';
  throw new Refusal('WK001', span, message, 'Name the columns that you need, or split the query.');
}
