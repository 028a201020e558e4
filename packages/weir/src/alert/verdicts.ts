import type { GivenVerdict, Verdict } from '../model/exception.ts';
import type { Store } from '../store/store.ts';

/** The verdicts of closed alerts, each about every id that its story had. */
export function givenVerdicts(store: Store): GivenVerdict[] {
  return store
    .statement(`SELECT alert.id, alert.verdict, told.finding,
        (SELECT json_array(actor, details_json ->> 'comment') FROM trail
          WHERE subject = 'alert:' || alert.id AND action = 'alert.closed' ORDER BY trail.id DESC LIMIT 1) AS closing
      FROM alert JOIN (
        SELECT alert, finding FROM alert_finding UNION SELECT id, finding FROM alert
      ) AS told ON told.alert = alert.id
      WHERE alert.state = 'closed' ORDER BY alert.id, told.finding`)
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
