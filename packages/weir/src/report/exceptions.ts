import type { ExceptionUse, HiddenFinding } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import { count, plural, ticksToMinute } from './format.ts';
import { gravestFirst, perSeverity } from './order.ts';

/** What exceptions did, in one line: `12 findings hidden by 2 exceptions; 1 exception refused`. Empty where none were
 *  given. */
export function hiddenLine(hidden: readonly HiddenFinding[], uses: readonly ExceptionUse[]): string {
  if (uses.length === 0) return '';
  const hiding = new Set(hidden.flatMap(({ by }) => by)).size;
  const refused = uses.filter(({ state }) => state === 'refused').length;
  const done =
    hiding === 0
      ? `nothing, by ${plural(uses.length, 'exception')}`
      : `${plural(hidden.length, 'finding')} hidden by ${plural(hiding, 'exception')}`;
  return refused === 0 ? done : `${done}; ${plural(refused, 'exception')} refused`;
}

/** What there is to know of each exception that did something, was refused, or ends, those to act on first: its id and a
 *  sentence. */
export function exceptionNotes(uses: readonly ExceptionUse[]): { id: string; text: string; grave: boolean }[] {
  const refused = uses.filter(({ state }) => state === 'refused');
  const applied = uses.filter(({ state, hides, outlived, ending }) => {
    return state === 'applied' && (hides.length > 0 || outlived > 0 || ending === 'soon');
  });
  const idle = uses.filter((use) => use.state === 'applied' && !applied.includes(use));
  const elsewhere = uses.filter(({ state }) => state === 'elsewhere');
  return [
    ...refused.map((use) => ({
      id: use.exception.id,
      text: `refused, so it hides nothing; it meets ${findingsText(use.hides)}: ${use.why}`,
      grave: true,
    })),
    ...applied.map((use) => ({ id: use.exception.id, text: appliedText(use), grave: use.ending !== 'later' })),
    ...shared(idle, 'met no finding'),
    ...shared(elsewhere, 'not for a rule that ran'),
  ];
}

function shared(uses: readonly ExceptionUse[], text: string): { id: string; text: string; grave: boolean }[] {
  return uses.length === 0 ? [] : [{ id: uses.map(({ exception }) => exception.id).join(', '), text, grave: false }];
}

function appliedText({ exception, hides, confirmed, outlived, ending }: ExceptionUse): string {
  const { name, owner, expires, override } = exception;
  const end = ticksToMinute(expires).replace(/ 00:00$/, '');
  const forced =
    confirmed.length === 0 || override === undefined
      ? ''
      : `, ${confirmed.length} of them confirmed as true, by leave of ${override.by} (${override.reason})`;
  const ends =
    ending === 'later'
      ? `until ${end}`
      : ending === 'soon'
        ? `ends soon, on ${end}: what comes then is shown; ${owner} decides`
        : `ended on ${end}: what it hid stays hidden, ${outlived === 0 ? 'nothing came since' : `${plural(outlived, 'finding')} since ${outlived === 1 ? 'is' : 'are'} shown`}`;
  return `hides ${findingsText(hides)}${forced}: ${name}; ${ends}`;
}

/** `3 findings (1 high, 2 low)`. */
function findingsText(findings: readonly Finding[]): string {
  const levels = perSeverity(findings).map(({ severity, count: n }) => `${count(n)} ${severity}`);
  return `${plural(findings.length, 'finding')}${levels.length === 0 ? '' : ` (${levels.join(', ')})`}`;
}

/** What an exception hides above informational, by title, the gravest first; confirmed cases are told apart. What a
 *  refused one meets is shown elsewhere. */
export function hiddenTitles({ state, hides, confirmed }: ExceptionUse): { title: string; confirmed: boolean }[] {
  if (state !== 'applied') return [];
  const telling = hides.filter(({ severity }) => severity !== 'informational');
  return gravestFirst(telling).map((finding) => ({
    title: `${finding.severity}: ${finding.title}`,
    confirmed: confirmed.some(({ id }) => id === finding.id),
  }));
}
