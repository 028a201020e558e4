import type { RuleFindings } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import type { KnownAlert } from './known.ts';
import { tellWithdrawal } from './notices.ts';
import { record } from './record.ts';
import { storedFinding } from './story.ts';

const evidenceCleared = 'by what the logs say now, the rule does not find it';

/** Notes that a rule no longer tells an alert's finding. Later evidence withdraws it; a rule that was changed and logs that
 *  are no longer kept clear nobody, and what a person has touched is that person's to close. Says whether it is withdrawn. */
export function lose(store: Store, run: RuleFindings, alert: KnownAlert): boolean {
  const { at, revision, judged, wholeSince, because = evidenceCleared } = run;
  const { id } = alert;
  const edited = judged === undefined && alert.revision !== revision;
  const forgotten = alert.firstSeen < wholeSince;
  const why = edited
    ? 'the rule, or what it goes by, was changed'
    : forgotten
      ? 'its logs are no longer kept'
      : because;
  const withdraws = !edited && !forgotten && !alert.touched;
  const columns = { gone_at: at, gone_because: why, ...(withdraws && { state: 'withdrawn' }) };
  const action = withdraws ? 'alert.withdrawn' : 'alert.gone';
  record(store, id, { at, actor: 'weir', action, details: { because: why }, decisive: true }, columns);
  if (withdraws) {
    const { opened, follows, told } = alert;
    const finding = storedFinding(store, id);
    tellWithdrawal(store, { id, at, rule: run.rule.id, finding, opened, follows, told, together: null }, why);
  }
  return withdraws;
}
