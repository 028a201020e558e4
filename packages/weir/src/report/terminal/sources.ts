import type { RuleRun } from '../../model/finding.ts';
import type { InputReport } from '../../model/input.ts';
import { blindnessText, blindRuns, sharedBlindness, unmet } from '../blindness.ts';
import { count, plural } from '../format.ts';
import { tableText } from './table.ts';
import { labelled, type Paint } from './text.ts';
import { type TableColumn, widthsAnyhow } from './widths.ts';

const inputColumns: readonly TableColumn[] = [
  { head: 'input', least: 16 },
  { head: 'format', least: 10 },
  { head: 'records', right: true },
  { head: 'rows', right: true },
  { head: 'rejected', right: true },
  { head: 'ignored', right: true },
];

const inputsShown = 40;

/** The inputs that were cut short or lost records, and what became of them. */
export function troubledInputs(inputs: readonly InputReport[], width: number, paint: Paint): string {
  const troubled = inputs.filter((input) => input.format !== null && (!input.complete || input.rejects > 0));
  const shown = troubled.slice(0, inputsShown);
  const rows = shown.map(({ path, format, records, rows, rejects, ignored }) => [
    path,
    format ?? '',
    ...[records, rows, rejects, ignored].map(count),
  ]);
  const widths = widthsAnyhow(inputColumns, rows, width);
  const table = tableText(inputColumns, rows, widths, {
    paintHead: (text) => paint('dim', text),
    paint: (text, row, column) => (column === 4 && (shown[row]?.rejects ?? 0) > 0 ? paint('yellow', text) : text),
  });
  const rest = troubled.length - shown.length;
  return rest === 0 ? table : `${table}\nand ${plural(rest, 'more input')}, listed by --format json`;
}

/** What was read whole, by format, and how its records add up: rows + rejected + ignored. */
export function inputsLine(inputs: readonly InputReport[]): string {
  const read = inputs.filter(({ format }) => format !== null);
  const kinds = [...Map.groupBy(read, ({ format }) => format ?? '')]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([format, members]) => `${count(members.length)} ${format}`);
  const sum = (part: 'records' | 'rows' | 'rejects' | 'ignored') => read.reduce((total, i) => total + i[part], 0);
  const balance = `${plural(sum('records'), 'record')} = ${plural(sum('rows'), 'row')} + ${count(sum('rejects'))} rejected + ${count(sum('ignored'))} ignored`;
  return read.length === 0 ? 'none could be read' : `${kinds.join(', ')}; ${balance}`;
}

/** The rules by name, with how many of their findings exceptions hide; those that could not run come first and loud, those that found nothing share a line. What was not
 *  known of a part of the data is a line for all rules that needed it. */
export function runLines(
  runs: readonly RuleRun[],
  hidden: ReadonlyMap<string, number>,
  width: number,
  paint: Paint,
): string[] {
  const failed = runs.filter(({ error }) => error !== undefined);
  const ran = runs.filter(({ error }) => error === undefined);
  const found = ran.filter(({ findings }) => findings > 0);
  const quiet = ran.filter((run) => run.findings === 0 && unmet(run).length === 0);
  const line = (label: string, text: string, style: Parameters<Paint>[0]) =>
    labelled(`  ${label}`, labelWidth, text, width, (plain) => paint(style, plain));
  return [
    ...failed.map(({ name, error }) => line('could not run', `${name}: ${error}`, ['bold', 'red'])),
    ...found.map(({ rule, name, findings, guide }) => {
      const away = hidden.get(rule) ?? 0;
      const told = away === 0 ? name : `${name} (${count(away)} hidden)`;
      return line(plural(findings, 'finding'), guide === undefined ? told : `${told}; what to do: ${guide}`, 'bold');
    }),
    ...blindRuns(ran).map(({ lacks, rules }) =>
      line(
        'blind',
        `${rules.join('; ')}: ${lacks}, without which ${rules.length > 1 ? 'they' : 'it'} cannot fire`,
        'yellow',
      ),
    ),
    ...(quiet.length === 0 ? [] : [line('quiet', quiet.map(({ name }) => name).join('; '), 'dim')]),
    ...sharedBlindness(ran).map(({ part, rules }) =>
      line(
        'partly blind',
        `${blindnessText(part)}. Needed by ${rules.length === ran.length ? 'every rule' : rules.join('; ')}`,
        'yellow',
      ),
    ),
  ];
}

const labelWidth = 17;
