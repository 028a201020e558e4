import type { Engine } from '../engine/engine.ts';

/** Adds to `kept_touched` the keys that share rows with those in it. A key with an unknown part lends its rows to the one
 *  whole key that agrees with it (detect/members.ts): whichever of them changes, the others may be told differently. */
export async function closeOver(engine: Engine, parts: number): Promise<void> {
  const each = (part: (position: number) => string) =>
    `[${Array.from({ length: parts }, (_, index) => part(index + 1)).join(', ')}]::VARCHAR[]`;
  const unknown = each((position) => `(written[${position}] = '')::VARCHAR`);
  const known = each(
    (position) => `CASE WHEN unknown[${position}] = 'true' THEN '' ELSE whole.written[${position}] END`,
  );
  await engine.run(`CREATE OR REPLACE TEMP TABLE kept_agreeing AS
    WITH keys AS (SELECT DISTINCT written FROM kept.evidence UNION SELECT written FROM temp.kept_touched),
    part AS (SELECT written, ${unknown} AS unknown FROM keys WHERE list_contains(written, '')),
    masked AS (
      SELECT whole.written AS owner, ${known} AS written
      FROM (FROM keys WHERE NOT list_contains(written, '')) AS whole CROSS JOIN (SELECT DISTINCT unknown FROM part)
    )
    SELECT owner, written FROM part JOIN masked USING (written)`);
  for (;;) {
    const added = await engine.run(`INSERT INTO temp.kept_touched
      SELECT DISTINCT written FROM (
        SELECT owner AS written FROM temp.kept_agreeing WHERE written IN (SELECT written FROM temp.kept_touched)
        UNION ALL SELECT written FROM temp.kept_agreeing WHERE owner IN (SELECT written FROM temp.kept_touched)
      ) WHERE written NOT IN (SELECT written FROM temp.kept_touched)`);
    if (added === 0) return;
  }
}
