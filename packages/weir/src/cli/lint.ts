import { type Product, renderDiagnostic } from '@weir/kql';
import type { FileDiagnostic, LintedFile } from '../lint/lintFile.ts';
import { lintPaths } from '../lint/lintPaths.ts';
import { plural } from '../report/format.ts';
import { visible } from '../report/harmless.ts';
import { type Paint, painter } from '../report/terminal/text.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { print, tell, terminal } from './stdio.ts';

export interface LintFlags {
  readonly schema?: Product;
  readonly format: 'text' | 'json';
}

/** `weir lint`: gives the exit code, 1 where there is an error or a warning. */
export async function runLint(paths: readonly string[], { schema, format }: LintFlags): Promise<number> {
  const { files, skipped } = await lintPaths(paths, {
    content: contentDirectory(),
    stdin: process.stdin,
    ...(schema === undefined ? {} : { product: schema }),
  });
  await print(format === 'json' ? asJson(files) : asText(files, painter(terminal().color)));
  if (schema === undefined && files.length > 0) tell(takenFor(files));
  if (skipped.length > 0) tell(`${plural(skipped.length, 'YAML file')} without a query: ${skipped.join(', ')}`);
  const bad = files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity !== 'info'));
  return bad ? exitCodes.findings : exitCodes.done;
}

const products: Readonly<Record<Product, string>> = { weir: 'Weir', sentinel: 'Sentinel', defender: 'Defender' };

/** Where the files were taken to run, as nobody said it: a wrong guess looks like errors of theirs. */
function takenFor(files: readonly LintedFile[]): string {
  const groups = [...Map.groupBy(files, ({ product }) => product)];
  const parts = groups.map(([product, own]) => `${plural(own.length, 'file')} for ${products[product]}`);
  return `checked ${parts.join(', ')}, by what they name; --schema says where they are to run`;
}

function asJson(files: readonly LintedFile[]): string {
  const list = files.map(({ path, product, diagnostics }) => ({
    path,
    schema: product,
    diagnostics: diagnostics.map(({ code, severity, line, column, message, fix }) => ({
      code,
      severity,
      line,
      column,
      message,
      fix,
    })),
  }));
  return `${JSON.stringify({ files: list }, null, 2)}\n`;
}

function asText(files: readonly LintedFile[], paint: Paint): string {
  const blocks = files.flatMap((file) => file.diagnostics.map((item) => block(file, item, paint)));
  return `${[...blocks, summary(files, paint)].join('\n\n')}\n`;
}

/** `path:line:column: severity CODE: message`, the line with its caret, and the fix. */
function block({ path, text }: LintedFile, item: FileDiagnostic, paint: Paint): string {
  const { line, column, severity, fix, length } = item;
  const rendered = renderDiagnostic(text, { ...item, severity: 'warning', start: 0, length, advice: fix })
    .replace(/^warning/, '')
    .split('\n')
    .map(visible);
  const [head = '', ...rest] = rendered;
  const colour = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'blue';
  return [`${paint('bold', visible(`${path}:${line}:${column}`))}: ${paint(colour, severity)}${head}`, ...rest].join(
    '\n',
  );
}

/** `3 files: 1 error, 2 warnings, 4 notes`. */
function summary(files: readonly LintedFile[], paint: Paint): string {
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const count = (severity: FileDiagnostic['severity']) => all.filter((item) => item.severity === severity).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('info')];
  const parts = [
    ...(errors > 0 ? [paint('red', plural(errors, 'error'))] : []),
    ...(warnings > 0 ? [paint('yellow', plural(warnings, 'warning'))] : []),
    ...(notes > 0 ? [plural(notes, 'note')] : []),
  ];
  return `${plural(files.length, 'file')}: ${parts.length === 0 ? 'nothing to mend' : parts.join(', ')}`;
}
