import { close, type Edge, open } from '../../common/terms.ts';

export { type Edge, escapePattern, needsBoundary, termPattern } from '../../common/terms.ts';

/** SQL of the pattern for a needle that is only known per row. DuckDB compiles it anew for every row that reaches it:
 *  callers put a substring test in front. */
export function termPatternSql(needle: string, edge: Edge): string {
  const before = `CASE WHEN regexp_matches(${needle}, '^[\\pL\\pN]') THEN '${open}' ELSE '' END`;
  const after = `CASE WHEN regexp_matches(${needle}, '[\\pL\\pN]$') THEN '${close}' ELSE '' END`;
  const parts = [
    ...(edge === 'suffix' ? [] : [before]),
    `regexp_escape(${needle})`,
    ...(edge === 'prefix' ? [] : [after]),
  ];
  return parts.join(' || ');
}
