import { count, duration, minuteRange, plural } from '../report/format.ts';
import { gravestFirst } from '../report/order.ts';
import { readable } from '../report/presentable.ts';
import { labelled, painter, wrap } from '../report/terminal/text.ts';
import { amounts } from './amounts.ts';
import { idOf } from './asYaml.ts';
import type { Pattern } from './patterns.ts';
import type { Tuned } from './tune.ts';

const shown = 10;

/** What `weir tune` proposes, what each would hide, what it would not hide, and what it let be. */
export function tunedText(
  result: Tuned,
  { width, color }: { readonly width: number; readonly color: boolean },
): string {
  const { from, until, told, devices, judged, proposals, declined, still } = readable(result);
  const paint = painter(color);
  const room = Math.min(width, 120);
  const line = (label: string, text: string, indent = 3) =>
    labelled(label, 10, text, room - indent, (plain) => paint('dim', plain))
      .split('\n')
      .map((part) => ' '.repeat(indent) + part);
  const history =
    from === null || until === null
      ? 'The logs hold no row.'
      : `Looked at ${duration(until - from)}: ${minuteRange(from, until)} UTC. What comes weekly or monthly shows only in logs of weeks or months.`;
  const hides = proposals.reduce((sum, { use }) => sum + use.hides.length, 0);
  const lines = [
    ...wrap(history, room),
    `${plural(told, 'finding')} above informational, on ${plural(devices, 'device')}; ${plural(proposals.length, 'exception')} proposed, which would hide ${count(hides)}.`,
    ...proposals.flatMap(({ proposal: { name, parts, pins, pattern, warning }, use }, index) => [
      '',
      paint('bold', `${idOf(index)}  ${name}`),
      ...line('habit', habit(pattern)),
      ...parts.flatMap((part, at) => line(at === 0 ? 'when' : 'and', part)),
      ...line('narrow', `fixed: ${pins.join(', ')}; ${plural(pattern.devices.length, 'device')} of ${count(devices)}`),
      ...line(
        'hides',
        `${plural(use.hides.length, 'finding')}${!judged ? '; no verdicts were given to check them against' : use.confirmed.length === 0 ? ', none of them confirmed' : `, ${count(use.confirmed.length)} confirmed`}`,
      ),
      ...use.hides.slice(0, 3).flatMap(({ title, severity, score }) => line('', `${severity} ${score}  ${title}`)),
      ...(warning === undefined ? [] : line('beware', warning)),
    ]),
    ...(declined.length === 0 ? [] : ['', paint('bold', 'Left as they are')]),
    ...declined.slice(0, shown).flatMap(({ pattern, why }) => line('', `${named(pattern)}: ${why}`, 0)),
    ...(declined.length > shown ? [`and ${plural(declined.length - shown, 'more pattern')}`] : []),
    '',
    paint('bold', `Still told of: ${plural(still.length, 'finding')}`),
    ...gravestFirst(still)
      .slice(0, shown)
      .flatMap(({ severity, score, title }) => line(`${severity} ${score}`, title, 0)),
    ...(still.length > shown ? [`and ${plural(still.length - shown, 'more finding')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function habit(pattern: Pattern): string {
  const { findings, devices, days, bytes: sent } = pattern;
  const amount = sent === null ? '' : `, ${amounts(sent)}`;
  return `${plural(findings.length, 'finding')} of ${findings[0]?.rule.name} on ${plural(devices.length, 'device')} and ${plural(days, 'day')}${amount}`;
}

function named({ findings, process, service, host }: Pattern): string {
  return `${plural(findings.length, 'finding')}, ${process || 'no process'} to ${host || service || 'several hosts'}`;
}
