import { once } from './values.ts';

/** A dynamic by what it holds: one branch for texts, one for each kind of JSON number, one for booleans. */
export function fromDynamic(
  sql: string,
  branches: {
    text: (s: string) => string;
    whole: (s: string) => string;
    real: (s: string) => string;
    bool: (s: string) => string;
  },
): string {
  return once(sql, '_kql_j', (j) => {
    const s = `json_extract_string(${j}, '$')`;
    return (
      `CASE json_type(${j}) WHEN 'VARCHAR' THEN ${branches.text(s)} ` +
      `WHEN 'UBIGINT' THEN ${branches.whole(s)} WHEN 'BIGINT' THEN ${branches.whole(s)} ` +
      `WHEN 'DOUBLE' THEN ${branches.real(s)} WHEN 'BOOLEAN' THEN ${branches.bool(s)} END`
    );
  });
}
