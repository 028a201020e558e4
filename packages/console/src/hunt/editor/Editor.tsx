import {
  acceptCompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
  tooltips,
} from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import type { Checked } from '../kql/asked.ts';
import type { Parser } from '../kql/parser.ts';
import { assist } from './assist.ts';
import { kql } from './language.ts';
import { theme } from './theme.ts';

export interface EditorHandle {
  text(): string;
  /** Puts another text in its place, which can be undone. */
  replace(text: string): void;
  focus(at?: { readonly start: number; readonly end: number }): void;
  /** Marks what the service found wrong. */
  mark(mistakes: readonly { readonly start: number; readonly end: number; readonly message: string }[]): void;
}

interface Props {
  readonly initial: string;
  readonly parser: Parser | undefined;
  readonly onRun: () => void;
  readonly onChange: (text: string) => void;
  readonly onChecked: (checked: Checked) => void;
  readonly ref: Ref<EditorHandle>;
}

/** Where a query is written. It stands in a shadow of its own: there its styles need no permission of the page's policy. */
export function Editor({ initial, parser, onRun, onChange, onChecked, ref }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const helped = useRef(new Compartment());
  const latest = useRef({ onRun, onChange, onChecked });
  latest.current = { onRun, onChange, onChecked };
  const first = useRef(initial);
  useEffect(() => {
    const at = host.current;
    if (at === null) return;
    const root = at.shadowRoot ?? at.attachShadow({ mode: 'open' });
    const made = new EditorView({
      root,
      parent: root as unknown as Element,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          ...[lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection(), history()],
          ...[bracketMatching(), closeBrackets(), EditorView.lineWrapping, kql, theme],
          placeholder('DeviceNetworkEvents | where Timestamp > ago(1d) | …'),
          tooltips({ position: 'fixed' }),
          EditorView.contentAttributes.of({ 'aria-label': 'Query in KQL', 'aria-describedby': 'editor-keys' }),
          Prec.highest(
            keymap.of([
              {
                key: 'Mod-Enter',
                run: (at) => {
                  closeCompletion(at);
                  latest.current.onRun();
                  return true;
                },
              },
              // With nothing to accept, Tab goes on to what is next on the page.
              { key: 'Tab', run: acceptCompletion },
            ]),
          ),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          helped.current.of([]),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => {
    if (parser === undefined) return;
    const extension = assist(parser, (checked) => latest.current.onChecked(checked));
    view.current?.dispatch({ effects: helped.current.reconfigure(extension) });
  }, [parser]);
  useImperativeHandle(ref, () => ({
    text: () => view.current?.state.doc.toString() ?? '',
    replace: (text) => {
      const at = view.current;
      at?.dispatch({ changes: { from: 0, to: at.state.doc.length, insert: text }, selection: { anchor: 0 } });
    },
    focus: (at) => {
      const length = view.current?.state.doc.length ?? 0;
      if (at !== undefined)
        view.current?.dispatch({
          selection: { anchor: Math.min(at.start, length), head: Math.min(at.end, length) },
          scrollIntoView: true,
        });
      view.current?.focus();
    },
    mark: (mistakes) => {
      const at = view.current;
      if (at === undefined) return;
      const { length } = at.state.doc;
      const marks = mistakes.map(({ start, end, message }) => ({
        from: Math.min(start, length),
        to: Math.min(Math.max(end, start + 1), length),
        severity: 'error' as const,
        message,
      }));
      at.dispatch(setDiagnostics(at.state, marks));
    },
  }));
  return <div className="editor" ref={host} data-own-keys="" />;
}
