import { close, type Edge, open } from '../../common/terms.ts';
import { literal } from '../quote.ts';

/** SQL of the pattern for a needle that is only known per row: callers put a substring test in front. */
export function termPatternSql(needle: string, edge: Edge): string {
  const before = `if(match(${needle}, '^[\\\\pL\\\\pN]'), ${literal(open)}, '')`;
  const after = `if(match(${needle}, '[\\\\pL\\\\pN]$'), ${literal(close)}, '')`;
  const parts = [
    ...(edge === 'suffix' ? [] : [before]),
    `regexpQuoteMeta(${needle})`,
    ...(edge === 'prefix' ? [] : [after]),
  ];
  return parts.join(' || ');
}
