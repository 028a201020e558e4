import type { ScanResult } from '../model/scanResult.ts';
import { blindRuns, lackingText } from './blindness.ts';
import { exceptionNotes, hiddenLine } from './exceptions.ts';
import { count, plural } from './format.ts';
import { visible } from './harmless.ts';
import { gravestFirst } from './order.ts';
import { readable } from './presentable.ts';
import { findingDetails, findingsTable, informationalLine } from './terminal/findings.ts';
import { fusionGaps, fusionLine, matchLine } from './terminal/fusion.ts';
import { inputsLine, runLines, troubledInputs } from './terminal/sources.ts';
import {
  blindSpots,
  foundLine,
  incompleteReasons,
  namelessLine,
  readLine,
  reasonsText,
  windowNote,
} from './terminal/summary.ts';
import { displayWidth, labelled, type Paint, painter, wrap } from './terminal/text.ts';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** The command that asks the logs about a finding, by the beginning of its id; absent where none can. */
  readonly explain?: (id: string) => string;
  /** The command that hunts in the logs, by the hunt's id; absent where none can. */
  readonly hunt?: (id: string) => string;
}

const narrowest = 76;
const widest = 200;
const labelWidth = 10;
/** Rows of the table, and findings told in full, before the page and JSON take over. */
const findingsShown = 50;
const detailsShown = 12;
const gapsShown = 4;

/** `weir scan --format table`: what was read and how completely, the findings, how sure the data makes them, and what
 *  was not looked at. Every text is masked and harmless. */
export function renderScan(result: ScanResult, options: TerminalOptions): string {
  const scan = readable(result);
  const width = Math.min(widest, Math.max(narrowest, options.width));
  const paint = painter(options.color);
  const sections = [
    summary(scan, width, paint),
    findingsSection(scan, width, paint),
    nextSection(scan, options, width, paint),
    exceptionsSection(scan, width, paint),
    blindSection(scan, width, paint),
    fusionSection(scan, width, paint),
    inputsSection(scan, width, paint),
    runsSection(scan, width, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The same in a few lines, for stderr beside data on stdout. */
export function scanSummary(result: ScanResult): string {
  return summary(readable(result), 100, painter(false)).join('\n');
}

function summary(scan: ScanResult, width: number, paint: Paint): string[] {
  const reasons = incompleteReasons(scan);
  return [
    headed('Read', readLine(scan), width, paint),
    headed('Found', foundLine(scan), width, paint),
    ...(scan.nameless === null ? [] : [headed('Nameless', namelessLine(scan), width, paint)]),
    ...(scan.exceptions.length === 0 ? [] : [headed('Hidden', hiddenLine(scan.hidden, scan.exceptions), width, paint)]),
    ...windowNote(scan).map((note) => headed('As of', note, width, paint)),
    ...completeness(scan, width, paint),
    ...reasons.map((reason) => item(reason, width)),
  ];
}

function completeness({ complete, inputs, runs, dataFrom }: ScanResult, width: number, paint: Paint): string[] {
  if (!complete) return [paint(['bold', 'yellow'], 'Not complete')];
  if (inputs.length === 0 || runs.length === 0) return [];
  if (dataFrom === null)
    return [
      headed(
        'Complete',
        'every input was read, but no record gave a row, so that no rule looked at anything',
        width,
        paint,
      ),
    ];
  const blind = blindRuns(runs).reduce((sum, { rules }) => sum + rules.length, 0);
  const unfit =
    blind === 0 ? '' : `, but for ${count(blind)} of ${count(runs.length)} these logs lack what they look at`;
  return [headed('Complete', `every input was read, no record rejected, every rule ran${unfit}`, width, paint)];
}

function findingsSection({ findings }: ScanResult, width: number, paint: Paint): string[] {
  if (findings.length === 0) return [];
  const telling = findings.filter(({ severity }) => severity !== 'informational');
  const informational = findings.filter(({ severity }) => severity === 'informational');
  const numbered = gravestFirst(telling).map((finding, i) => ({ finding, number: i + 1 }));
  const shown = numbered.slice(0, findingsShown);
  const told = numbered.slice(0, detailsShown);
  return [
    ...(shown.length === 0 ? ['No finding is above informational.'] : [findingsTable(shown, width, paint)]),
    ...more(numbered.length - shown.length, 'more finding', 'not in this table', width),
    ...(informational.length === 0 ? [] : ['', ...wrap(informationalLine(informational), width)]),
    ...told.map((finding) => `\n${findingDetails(finding, width, paint)}`),
    ...more(shown.length - told.length, 'finding', 'in the table without details', width),
  ];
}

/** What to type after reading: for the gravest finding, and for what left without a name. */
function nextSection(scan: ScanResult, options: TerminalOptions, width: number, paint: Paint): string[] {
  const steps = [...explainStep(scan, options), ...huntStep(scan, options)];
  return steps.flatMap(({ command, does }, index) => {
    const label = index === 0 ? 'Next' : '';
    // A command over two lines would be two commands where it is pasted.
    return displayWidth(command) <= width - labelWidth
      ? [headed(label, `${command} ${does}`, width, paint)]
      : [`${paint('bold', label)}${' '.repeat(labelWidth - label.length)}${command}`, headed('', does, width, paint)];
  });
}

interface Step {
  readonly command: string;
  readonly does: string;
}

function explainStep({ findings, hidden }: ScanResult, { explain }: TerminalOptions): Step[] {
  const [first] = gravestFirst(findings);
  if (first === undefined || explain === undefined) return [];
  const ids = [...findings, ...hidden.map(({ finding }) => finding)].map(({ id }) => id);
  const short = first.id.slice(0, idShown);
  const id = ids.filter((other) => other.startsWith(short)).length === 1 ? short : first.id;
  const which = findings.length === 1 ? '' : ', and so for any other id';
  return [{ command: visible(explain(id)), does: `asks these logs what decides it${which}` }];
}

function huntStep({ nameless }: ScanResult, { hunt }: TerminalOptions): Step[] {
  if (nameless === null || hunt === undefined) return [];
  return [{ command: visible(hunt('nameless-addresses')), does: 'shows what went to addresses without a name' }];
}

/** So much of an id tells it from others nearly always. */
const idShown = 8;

/** What is left out, and where it is. */
function more(rest: number, one: string, where: string, width: number): string[] {
  if (rest <= 0) return [];
  return ['', ...wrap(`${plural(rest, one)} ${where}: --report FILE.html tells more, --format json all.`, width)];
}

function exceptionsSection({ exceptions }: ScanResult, width: number, paint: Paint): string[] {
  const notes = exceptionNotes(exceptions);
  if (notes.length === 0) return [];
  const line = ({ id, text, grave }: (typeof notes)[number]) =>
    labelled('  -', 4, `${grave ? paint('yellow', id) : id}: ${text}`, width);
  return [paint('bold', 'Exceptions'), ...notes.map(line)];
}

/** Where nothing was found, it is told first what was not seen. */
function blindShown({ findings }: ScanResult): boolean {
  return findings.every(({ severity }) => severity === 'informational');
}

function blindSection(scan: ScanResult, width: number, paint: Paint): string[] {
  const spots = blindSpots(scan);
  if (spots.length === 0 || !blindShown(scan)) return [];
  return [
    paint('bold', 'Quiet is not the same as clean. Where this scan was blind:'),
    ...spots.map((spot) => item(spot, width)),
  ];
}

function fusionSection({ fusion }: ScanResult, width: number, paint: Paint): string[] {
  const match = matchLine(fusion);
  return [
    headed('Fusion', fusionLine(fusion), width, paint),
    ...(match === '' ? [] : [headed('', match, width, paint)]),
    ...fusionGaps(fusion, gapsShown).map((gap) => item(gap, width)),
    ...(fusion.notes.length === 0 ? [] : [paint('bold', 'Notes'), ...fusion.notes.map((note) => item(note, width))]),
  ];
}

function inputsSection(scan: ScanResult, width: number, paint: Paint): string[] {
  const { inputs, lacking, runs } = scan;
  if (inputs.length === 0) return [];
  const troubled = inputs.some((input) => input.format !== null && (!input.complete || input.rejects > 0));
  const ignored = reasonsText(inputs.map(({ ignoredWhy }) => ignoredWhy));
  return [
    headed('Inputs', inputsLine(inputs), width, paint),
    ...(ignored === '' ? [] : [headed('', `ignored: ${ignored}`, width, paint)]),
    ...(blindShown(scan) ? [] : lacking.map((input) => headed('', lackingText(input, runs.length), width, paint))),
    ...(troubled ? ['', troubledInputs(inputs, width, paint)] : []),
  ];
}

function runsSection({ runs, hidden, dataFrom }: ScanResult, width: number, paint: Paint): string[] {
  if (runs.length === 0) return ['No rule ran.'];
  if (dataFrom === null && !runs.some(({ error }) => error))
    return [`No row for any of ${plural(runs.length, 'rule')}.`];
  return [paint('bold', 'Rules'), ...runLines(runs, hiddenByRule(hidden), width, paint)];
}

function hiddenByRule(hidden: ScanResult['hidden']): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(hidden, ({ finding }) => finding.rule.id)].map(([id, { length }]) => [id, length]));
}

function headed(label: string, text: string, width: number, paint: Paint): string {
  return labelled(label, labelWidth, text, width, (plain) => paint('bold', plain));
}

function item(text: string, width: number): string {
  return labelled('  -', 4, text, width);
}
