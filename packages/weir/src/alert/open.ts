import type { RuleFindings } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import { write } from '../store/trail.ts';
import { keptEvidence } from './evidence.ts';
import { figuresOf, fingerprintOf, rankOf } from './figures.ts';
import type { KnownAlert } from './known.ts';
import { type NotifyPolicy, tellGrowth } from './notices.ts';
import { record, subjectOf } from './record.ts';
import type { Story } from './stories.ts';
import { storeStory } from './story.ts';

/** Opens the alert of a story; `follows` is the closed one that told it so far. Gives its number. */
export function open(
  store: Store,
  policy: NotifyPolicy,
  { rule, revision, at, canary = false }: RuleFindings,
  { told }: Story,
  follows: KnownAlert | null,
): number {
  const { finding, hiddenBy = [], retro = false } = told;
  const sent = finding.bytesSent === null ? null : String(finding.bytesSent);
  const { lastInsertRowid } = store
    .statement(`INSERT INTO alert (version, entries, rule, revision, finding, title, state, touched, retro, canary, hidden,
      severity, score, first_seen, last_seen, opened, changed, follows, version_bytes, fingerprint, tags_json, hidden_by_json)
      VALUES (1, 1, ?, ?, ?, ?, 'new', 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)`)
    .run(
      ...[rule.id, revision, finding.id, finding.title, Number(retro), Number(canary), Number(hiddenBy.length > 0)],
      ...[rankOf(finding), finding.score, finding.firstSeen, finding.lastSeen, at, at],
      ...[follows?.id ?? null, sent, fingerprintOf(told), JSON.stringify(hiddenBy)],
    );
  const id = Number(lastInsertRowid);
  storeStory(store, id, {
    finding,
    evidence: keptEvidence(told, null, false),
    columns: told.columns,
    facets: told.facets,
  });
  const details = {
    ...{ rule: rule.id, finding: finding.id, title: finding.title, ...figuresOf(finding) },
    ...(follows !== null && { follows: follows.id }),
    ...(retro && { retro }),
    ...(canary && { canary }),
    version: 1,
  };
  write(store, { at, actor: 'weir', action: 'alert.opened', subject: subjectOf(id), details });
  if (hiddenBy.length > 0) {
    const by = { exceptions: hiddenBy.join(', ') };
    record(store, id, { at, actor: 'weir', action: 'alert.hidden', details: by, decisive: true }, {});
  } else if (!canary) {
    const together = retro ? 'retro' : null;
    const telling = { id, at, rule: rule.id, finding, opened: at, follows: follows?.id ?? null, told: null };
    tellGrowth(store, policy, { ...telling, together });
  }
  return id;
}
