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
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
  tooltips,
} from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { theme } from './theme.ts';
import { typedOver } from './typedOver.ts';

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
  readonly label: string;
  readonly language: Extension;
  /** What says mistakes and completions. */
  readonly help: Extension | undefined;
  /** Shown where nothing is written. */
  readonly example?: string;
  /** Keys that mean something here, as CodeMirror names them. */
  readonly keys: Readonly<Record<string, () => void>>;
  readonly onChange: (text: string) => void;
  readonly ref: Ref<EditorHandle>;
}

/** Where a query or a rule is written. It stands in a shadow of its own: there its styles need no permission of the page's
 *  policy. */
export function Editor({ initial, label, language, help, example = '', keys, onChange, ref }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const helped = useRef(new Compartment());
  const latest = useRef({ keys, onChange });
  latest.current = { keys, onChange };
  const first = useRef({ initial, label, language, example, keys });
  useEffect(() => {
    const at = host.current;
    if (at === null) return;
    const { initial: text, label: name, language: of, example: shown, keys: own } = first.current;
    const root = at.shadowRoot ?? at.attachShadow({ mode: 'open' });
    const made = new EditorView({
      root,
      parent: root as unknown as Element,
      state: EditorState.create({
        doc: text,
        extensions: [
          ...[lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection(), history()],
          ...[bracketMatching(), closeBrackets(), highlightSpecialChars(), typedOver, of, theme],
          placeholder(shown),
          tooltips({ position: 'fixed' }),
          EditorView.contentAttributes.of({ 'aria-label': name, tabindex: '0', 'aria-describedby': 'editor-keys' }),
          Prec.highest(
            keymap.of([
              ...Object.keys(own).map((key) => ({
                key,
                run: (at: EditorView) => {
                  closeCompletion(at);
                  latest.current.keys[key]?.();
                  return true;
                },
              })),
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
    if (help !== undefined) view.current?.dispatch({ effects: helped.current.reconfigure(help) });
  }, [help]);
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
