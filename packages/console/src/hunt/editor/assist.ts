import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { type Diagnostic, linter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { type EditorView, hoverTooltip } from '@codemirror/view';
import type { Checked } from '../kql/asked.ts';
import type { Parser } from '../kql/parser.ts';

/** What the parser says while a query is written: mistakes, what may stand here, what something is. */
export function assist(parser: Parser, onChecked: (checked: Checked) => void): Extension {
  return [linter((view) => check(parser, view, onChecked), { delay: 350 }), ...words(parser, false)];
}

/** Milliseconds. */
const settledAfter = 1_000;

/** What is wrong with a rule's text, at offsets of it. */
export interface RuleMistake {
  readonly start: number;
  readonly length: number;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly advice?: string | undefined;
}

/** The same while a rule is written: of its query by the parser at once, then of all of it by the service; `onChecked` is
 *  told both. Where the service does not answer, what the parser said stands. */
export function assistRule<Mistake extends RuleMistake>(
  parser: Parser,
  {
    ofQuery,
    ofRule,
    onChecked,
  }: {
    readonly ofQuery: (text: string) => Promise<readonly Mistake[]>;
    readonly ofRule: (text: string) => Promise<readonly Mistake[] | undefined>;
    readonly onChecked: (mistakes: readonly Mistake[], text: string, isWhole: boolean) => void;
  },
): Extension {
  const look = async (view: EditorView): Promise<Diagnostic[]> => {
    const text = view.state.doc.toString();
    const isOld = () => view.state.doc.toString() !== text;
    const quick = await ofQuery(text).catch(() => []);
    if (isOld()) return [];
    onChecked(quick, text, false);
    const marks = quick.map((mistake) => marked(mistake, text));
    // The service looks at everything, which takes it longer: not at each pause, and not at what is known to be wrong.
    if (quick.some(({ severity }) => severity === 'error')) return marks;
    await new Promise((resolve) => setTimeout(resolve, settledAfter));
    if (isOld()) return [];
    const whole = await ofRule(text);
    if (isOld()) return [];
    if (whole !== undefined) onChecked(whole, text, true);
    return whole?.map((mistake) => marked(mistake, text)) ?? marks;
  };
  return [linter(look, { delay: 350 }), ...words(parser, true)];
}

function words(parser: Parser, isRule: boolean): Extension[] {
  return [
    autocompletion({
      override: [(context) => complete(parser, context, isRule)],
      icons: false,
      maxRenderedOptions: 100,
    }),
    hoverTooltip((view, at) => say(parser, view, at, isRule), { hoverTime: 250 }),
  ];
}

function marked({ start, length, severity, message, advice }: RuleMistake, text: string): Diagnostic {
  const from = Math.min(start, text.length);
  return {
    from,
    to: Math.min(from + Math.max(length, 1), text.length),
    severity: severity === 'information' ? 'info' : severity,
    message: advice === undefined ? message : `${message} ${advice}`,
  };
}

async function check(parser: Parser, view: EditorView, onChecked: (checked: Checked) => void): Promise<Diagnostic[]> {
  const text = view.state.doc.toString();
  if (text.trim() === '') {
    onChecked({ diagnostics: [], columns: [], rendering: undefined });
    return [];
  }
  const checked = await parser.ask('check', { text }).catch(() => undefined);
  // Without the parser the service still says what is wrong, when it is run.
  if (checked === undefined || view.state.doc.toString() !== text) return [];
  onChecked(checked);
  return checked.diagnostics.map((mistake) => marked(mistake, text));
}

const boosts: Readonly<Record<string, number>> = { column: 30, table: 20, operator: 10, aggregate: 5, keyword: -5 };

async function complete(parser: Parser, context: CompletionContext, isRule: boolean): Promise<CompletionResult | null> {
  const before = context.matchBefore(/[\w$-]*|\|\s*/);
  if (!context.explicit && (before === null || before.from === before.to)) return null;
  const text = context.state.doc.toString();
  const found = await parser.ask('complete', { text, at: context.pos, isRule }).catch(() => undefined);
  if (found === undefined || context.aborted || found.completions.length === 0) return null;
  return {
    from: Math.min(found.start, context.pos),
    to: Math.max(context.pos, Math.min(found.start + found.length, text.length)),
    options: found.completions.map(({ label, kind, signature, before: written, after }): Completion => {
      const boost = boosts[kind] ?? 0;
      return {
        ...{ label, type: kind, boost, detail: signature ?? kind },
        apply: (view, _, from, to) => {
          view.dispatch({
            changes: { from, to, insert: written + after },
            selection: { anchor: from + written.length },
            userEvent: 'input.complete',
          });
        },
      };
    }),
    validFor: /^[\w$-]*$/,
  };
}

async function say(parser: Parser, view: EditorView, at: number, isRule: boolean) {
  const text = view.state.doc.toString();
  const said = await parser.ask('say', { text, at, isRule }).catch(() => undefined);
  if (said === undefined) return null;
  return {
    pos: Math.min(said.start, text.length),
    end: Math.min(said.start + said.length, text.length),
    above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'cm-said';
      dom.textContent = said.text;
      return { dom };
    },
  };
}
