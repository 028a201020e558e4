import type { Alert, AlertChange } from '../model/alert.ts';

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

const commentMost = 10_000;
const tagMost = 50;
const tagsMost = 20;
const nameMost = 200;

/** Why a person's change cannot be made to an alert as it stands; undefined where it can. */
export function refusalOf(alert: Alert, change: AlertChange, version: number | undefined): Refusal | undefined {
  const { state, verdict, assignee, comment = '', addTags = [], removeTags = [] } = change;
  const refuse = (code: string, message: string, advice: string): Refusal => ({ code, message, advice });
  if (alert.mergedInto !== null)
    return refuse(
      'ALERT_MERGED',
      `alert ${alert.id} was merged into alert ${alert.mergedInto}`,
      `Change alert ${alert.mergedInto}, which tells its story now.`,
    );
  if (version === undefined && (state !== undefined || assignee !== undefined))
    return refuse('ALERT_VERSION_MISSING', 'which version of the alert was seen is not said', 'Give its version.');
  if (state === 'closed' && verdict === undefined && alert.verdict === null)
    return refuse(
      'ALERT_VERDICT_MISSING',
      'an alert is closed with a verdict',
      'Say true-positive, benign or false-match.',
    );
  if (verdict !== undefined && state !== 'closed')
    return refuse('ALERT_VERDICT_EARLY', 'a verdict is given when an alert is closed', 'Give state closed with it.');
  if (state !== undefined && state !== 'closed' && alert.followedBy !== null)
    return refuse(
      'ALERT_FOLLOWED',
      `the story of alert ${alert.id} goes on in alert ${alert.followedBy}`,
      `Work on alert ${alert.followedBy}.`,
    );
  if (comment.length > commentMost)
    return refuse(
      'ALERT_COMMENT_LONG',
      `a comment has at most ${commentMost} characters`,
      'Shorten it, or link to it.',
    );
  if (addTags.some((tag) => tag.trim() === '' || tag.length > tagMost) || addTags.some((tag) => tag.includes(',')))
    return refuse('ALERT_TAG_INVALID', `a tag is 1 to ${tagMost} characters without a comma`, 'Choose a shorter word.');
  const tags = new Set([...alert.tags, ...addTags.map((tag) => tag.trim())].filter((tag) => !removeTags.includes(tag)));
  if (tags.size > tagsMost) return refuse('ALERT_TAGS_MANY', `an alert has at most ${tagsMost} tags`, 'Remove some.');
  if (typeof assignee === 'string' && (assignee.trim() === '' || assignee.length > nameMost))
    return refuse(
      'ALERT_ASSIGNEE_INVALID',
      `an assignee is a name of 1 to ${nameMost} characters`,
      'Give null for nobody.',
    );
  return undefined;
}
