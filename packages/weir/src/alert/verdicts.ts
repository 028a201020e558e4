import type { GivenVerdict, Verdict } from '../model/exception.ts';
import type { Store } from '../store/store.ts';

/** The verdicts of closed alerts, or those of confirmed cases alone, each about every id that its story had. */
export function givenVerdicts(store: Store, which: 'all' | 'confirmed'): GivenVerdict[] {
  const those = which === 'all' ? "alert.state = 'closed'" : "alert.verdict = 'true-positive'";
  return store
    .statement(`SELECT told.*,
        (SELECT json_array(actor, details_json ->> 'comment') FROM trail
          WHERE subject = 'alert:' || told.id AND action = 'alert.closed' ORDER BY trail.id DESC LIMIT 1) AS closing
      FROM (
        SELECT id, verdict, finding FROM alert WHERE ${those}
        UNION SELECT id, verdict, also.finding FROM alert JOIN alert_finding AS also ON also.alert = alert.id WHERE ${those}
      ) AS told ORDER BY told.id, told.finding`)
    .all()
    .map((row) => {
      const [by, note] = JSON.parse(String(row.closing ?? '["",null]')) as [string, string | null];
      return {
        verdict: row.verdict as Verdict,
        about: { finding: String(row.finding) },
        by,
        note: note ?? '',
        place: `alert ${row.id}`,
      };
    });
}
