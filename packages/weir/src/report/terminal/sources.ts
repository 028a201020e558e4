import type { RuleRun } from '../../model/finding.ts';
import type { InputReport } from '../../model/input.ts';
import { count, plural } from '../format.ts';
import { fittedWidths, type TableColumn, tableText } from './table.ts';
import { labelled, type Paint } from './text.ts';

const inputColumns: readonly TableColumn[] = [
  { head: 'input', least: 16 },
  { head: 'format', least: 10 },
  { head: 'records', right: true },
  { head: 'rows', right: true },
  { head: 'rejected', right: true },
  { head: 'ignored', right: true },
];

const inputsShown = 40;

/** The inputs with what became of them: those in trouble first, and of the others no more than a screen holds. */
export function inputsTable(inputs: readonly InputReport[], width: number, paint: Paint): string {
  const troubled = inputs.filter((input) => !input.complete || input.rejects > 0);
  const fine = inputs.filter((input) => input.complete && input.rejects === 0);
  const shown = [...troubled, ...fine.slice(0, Math.max(0, inputsShown - troubled.length))];
  const rows = shown.map(({ path, format, records, rows, rejects, ignored }) =>
    format === null
      ? [path, 'skipped', '', '', '', '']
      : [path, format, count(records), count(rows), count(rejects), count(ignored)],
  );
  const widths = fittedWidths(inputColumns, rows, width) ?? fittedWidths(inputColumns, rows, 80);
  const table = tableText(inputColumns, rows, widths ?? inputColumns.map(() => 12), {
    paintHead: (text) => paint('dim', text),
    paint: (text, row, column) => {
      const input = shown[row];
      const bad = (column === 1 && input?.format === null) || (column === 4 && (input?.rejects ?? 0) > 0);
      return bad ? paint('yellow', text) : text;
    },
  });
  const rest = inputs.length - shown.length;
  return rest === 0 ? table : `${table}\nand ${plural(rest, 'more input')}, read completely`;
}

/** The rules with how each answer was had; those that could not run come first and loud. */
export function runLines(runs: readonly RuleRun[], width: number, paint: Paint): string[] {
  const failed = runs.filter(({ error }) => error !== undefined);
  const ran = runs.filter(({ error }) => error === undefined);
  return [
    ...failed.map((run) =>
      labelled('FAILED', 9, `${run.rule}: ${run.error}`, width, (label) => paint(['bold', 'red'], label)),
    ),
    ...ran.map((run) => {
      const found = run.findings === 0 ? 'quiet' : plural(run.findings, 'finding');
      return labelled('ran', 9, `${run.rule}: ${found} (${run.shape}, ${run.method})`, width, (label) =>
        paint('green', label),
      );
    }),
  ];
}
