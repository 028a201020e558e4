import type { ExceptionUse, HiddenFinding } from '../../model/exception.ts';
import { exceptionNotes, hiddenLine } from '../exceptions.ts';
import { count, minuteRange, plural } from '../format.ts';
import { bullets, type Html, html, htmlTable } from './markup.ts';

/** Rows of a table before the rest is counted only. */
const rowsShown = 300;

/** What exceptions did, and every finding that they hide. */
export function exceptionsView(hidden: readonly HiddenFinding[], uses: readonly ExceptionUse[]): Html {
  const notes = exceptionNotes(uses);
  return html`<div class="panel"><p>${hiddenLine(hidden, uses)}.</p>
${bullets(notes.map(({ id, text, grave }) => html`${grave ? html`<strong>${id}</strong>` : id}: ${text}`))}
${
  hidden.length === 0
    ? ''
    : html`<details class="more"><summary>${plural(hidden.length, 'hidden finding')}</summary>${htmlTable<HiddenFinding>(
        'Findings that exceptions hide',
        [
          { head: 'finding', cell: ({ finding }) => finding.title },
          {
            head: 'severity',
            cell: ({ finding: { severity } }) => html`<span class="badge ${severity}">${severity}</span>`,
          },
          { head: 'seen (UTC)', cell: ({ finding }) => minuteRange(finding.firstSeen, finding.lastSeen) },
          { head: 'hidden by', cell: ({ by }) => by.join(', ') },
        ],
        hidden.slice(0, rowsShown),
      )}${hidden.length > rowsShown ? html`<p class="note">and ${count(hidden.length - rowsShown)} more, in --format json.</p>` : ''}</details>`
}</div>`;
}
