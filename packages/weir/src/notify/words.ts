import { severities } from '../model/finding.ts';
import type { Notice, ToldAlert } from '../model/notice.ts';
import { count, minuteRange, plural, sentIn, ticksToMinute } from '../report/format.ts';
import { readable } from '../report/presentable.ts';
import type { Message, Summary } from './message.ts';

/** A message for people: texts without secrets and without characters that steer, which each destination writes in its own
 *  markup. */
export interface Words {
  readonly headline: string;
  /** Under it, where the message stands for many. */
  readonly lines: readonly string[];
  readonly items: readonly Item[];
  /** What is not told in full, in words; empty where all is. */
  readonly rest: string;
}

export interface Item {
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** So many items are told with their facts. */
const itemsMost = 5;

export function wordsOf(message: Message): Words {
  const { summary, notices } = readable({ summary: message.summary, notices: message.notices });
  const items = notices.slice(0, itemsMost).map(itemOf);
  const [only] = items;
  const { subjects } = summary;
  if (summary.kind === 'one' && only !== undefined) {
    return { headline: only.title, lines: putTogether(summary), items: [{ ...only, title: '' }], rest: '' };
  }
  const more = subjects - items.length;
  return {
    headline: headlineOf(summary),
    lines: [bySeverity(summary), ...(summary.rules.length > 1 ? byRule(summary) : []), ...putTogether(summary)],
    items,
    rest: more > 0 ? `and ${count(more)} more` : '',
  };
}

function headlineOf({ kind, subjects, rules, causes }: Summary): string {
  const ends = causes['exception-ends'] ?? 0;
  const alerts = plural(subjects - ends, 'alert');
  const also = ends === 0 ? '' : `, and ${plural(ends, 'exception')} that will end`;
  const [first] = rules;
  if (kind === 'retro') return `${alerts} found in the past, by late logs or a changed rule`;
  if (kind === 'exception-ended') return `${alerts} shown again, as exceptions have ended`;
  const withdrawn = causes.withdrawn ?? 0;
  const what = withdrawn === subjects - ends ? `${alerts} withdrawn` : alerts;
  if (rules.length === 1 && first !== undefined) return `${what} of ${first.name}${also}`;
  return `${what} of ${plural(rules.length, 'rule')}${also}`;
}

function bySeverity({ severities: counts, causes }: Summary): string {
  const told = severities.toReversed().flatMap((severity) => {
    const n = counts[severity] ?? 0;
    return n === 0 ? [] : [`${count(n)} ${severity}`];
  });
  const withdrawn = causes.withdrawn ?? 0;
  return `${told.join(', ')}${withdrawn > 0 ? `; ${count(withdrawn)} withdrawn` : ''}`;
}

const rulesMost = 10;

function byRule({ rules }: Summary): string[] {
  const told = rules.slice(0, rulesMost).map(({ name, subjects }) => `${count(subjects)}: ${name}`);
  return rules.length > rulesMost ? [...told, `and ${plural(rules.length - rulesMost, 'more rule')}`] : told;
}

function putTogether({ notices, subjects }: Summary): string[] {
  return notices > subjects ? [`${plural(notices, 'change')} put together`] : [];
}

function itemOf(notice: Notice): Item {
  const { told } = notice;
  if ('exception' in told) {
    const { id, name, owner, expires } = told.exception;
    return {
      title: `Exception "${name}" ends on ${ticksToMinute(expires)} UTC`,
      facts: [
        { name: 'Exception', value: id },
        { name: 'Owner', value: owner },
        { name: 'Reason', value: told.exception.reason },
        { name: 'What to do', value: 'Renew it if it is still right; what it hides and is seen later is shown.' },
      ],
    };
  }
  return { title: `${label(notice, told)} ${told.finding.title}`, facts: factsOf(told) };
}

function label({ cause }: Notice, { finding, follows }: ToldAlert): string {
  if (cause === 'withdrawn') return '[Withdrawn]';
  const grown = cause === 'grew' ? ', grown' : follows === null ? '' : ', again';
  return `[${finding.severity.charAt(0).toUpperCase()}${finding.severity.slice(1)}${grown}]`;
}

function factsOf({ alert, follows, finding, because }: ToldAlert): Item['facts'] {
  const { entities } = finding;
  const facts: readonly (readonly [string, string])[] = [
    ['Why', because],
    ['Device', entities.device],
    ['Account', entities.account],
    ['Program', entities.process],
    ['Service', finding.service],
    ['Sent', sentIn(finding.bytesSent, finding.bytesKnown, finding.connections)],
    ['When', `${minuteRange(finding.firstSeen, finding.lastSeen)} UTC`],
    ['Score', `${finding.score} of 100: ${finding.reasons.join('; ')}`],
    ['Rule', finding.rule.name],
    ['Alert', follows === null ? String(alert) : `${alert}, goes on with alert ${follows}, which was closed`],
  ];
  return facts.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value }));
}

/** At most so many characters. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
