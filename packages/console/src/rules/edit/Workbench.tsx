import { useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { ApiProblem } from '../../api/client.ts';
import { checkRule, createRule, saveRule, versionsQuery } from '../../api/ruleTexts.ts';
import { assistRule } from '../../hunt/editor/assist.ts';
import { Editor, type EditorHandle } from '../../hunt/editor/Editor.tsx';
import { rule as ruleLanguage } from '../../hunt/editor/ruleLanguage.ts';
import { Mistakes, type Told } from '../../hunt/Mistakes.tsx';
import { useParser } from '../../hunt/useParser.ts';
import { useSay } from '../../parts/notice.tsx';
import { Diff } from '../versions/Diff.tsx';
import { Backtest } from './Backtest.tsx';
import { type Base, Conflict } from './Conflict.tsx';
import { SaveDialog } from './SaveDialog.tsx';
import { toldOf } from './told.ts';

/** A rule's text at work: what is wrong with it as it is written, what it would have told, and its save. */
export function Workbench({
  rule,
  begin,
  initial,
  place,
  why = '',
}: {
  /** Undefined: it is a new one. */
  readonly rule: string | undefined;
  /** What it is to be the next of; a new rule is the next of nothing. */
  readonly begin: Base;
  readonly initial: string;
  readonly place: string;
  readonly why?: string;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const say = useSay();
  const parser = useParser();
  const editor = useRef<EditorHandle>(null);
  const [base, setBase] = useState(begin);
  const [text, setText] = useState(() => plain(initial));
  const [checked, setChecked] = useState<{
    readonly mistakes: readonly Told[];
    readonly text: string;
    readonly isWhole: boolean;
  }>();
  const [open, setOpen] = useState<'save' | 'conflict'>();
  const isSaved = useRef(false);
  const isChanged = text !== plain(base.text);
  useBlocker({
    shouldBlockFn: () => isChanged && !isSaved.current && !confirm('Leave, and lose what you wrote?'),
    enableBeforeUnload: () => isChanged && !isSaved.current,
  });
  const help = useMemo(
    () =>
      parser &&
      assistRule<Told>(parser, {
        ofQuery: (yaml) => parser.ask('checkRule', { text: yaml }),
        ofRule: (yaml) => ofService(yaml, rule),
        onChecked: (mistakes, of, isWhole) => setChecked({ mistakes, text: of, isWhole }),
      }),
    [parser, rule],
  );
  const isLooked = checked?.isWhole === true && checked.text === text;
  const isWrong = checked?.text === text && checked.mistakes.some(({ severity }) => severity === 'error');
  const ask = useCallback(() => setOpen((now) => now ?? 'save'), []);
  const save = async (reason: string) => {
    const yaml = base.text.includes('\r\n') || initial.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
    try {
      const made = await (rule === undefined
        ? createRule({ yaml, reason })
        : saveRule(rule, { yaml, reason, base: base.number }));
      setOpen(undefined);
      setBase({ number: made.number, text: yaml });
      say(
        made.problem === ''
          ? { text: `Version ${made.number} is saved, and runs.` }
          : { text: `Version ${made.number} is saved, and does not run: ${made.problem}`, isTrouble: true },
      );
      isSaved.current = true;
      await client.invalidateQueries({ queryKey: ['rules'] });
      await navigate({ to: '/rules/$id', params: { id: made.rule } });
    } catch (error) {
      if (rule === undefined || !(error instanceof ApiProblem) || error.code !== 'RULE_VERSION_STALE') throw error;
      await client.invalidateQueries({ queryKey: versionsQuery(rule).queryKey });
      setOpen('conflict');
    }
  };
  const goOnWith = (latest: Base) => {
    setBase(latest);
    setOpen(undefined);
    editor.current?.focus();
  };
  return (
    <>
      <section className="panel asking" aria-label="The rule">
        <Editor
          ref={editor}
          initial={text}
          label="Rule in YAML"
          language={ruleLanguage}
          help={help}
          keys={{ 'Mod-s': ask, 'Mod-Enter': ask }}
          onChange={setText}
        />
        <div className="asking-row">
          <button type="button" className="primary" disabled={!isChanged || isWrong} onClick={ask}>
            Save…
          </button>
          <span className="soft" role="status">
            {isLooked || isWrong ? lookedText(checked?.mistakes ?? []) : 'Looking at it…'}
          </span>
          <span className="push" />
          <span className="soft" id="editor-keys">
            <kbd>Ctrl</kbd>+<kbd>S</kbd> saves, <kbd>Ctrl</kbd>+<kbd>Space</kbd> completes, <kbd>Tab</kbd> goes on
          </span>
        </div>
        <Mistakes
          of="rule"
          diagnostics={checked?.text === text ? checked.mistakes : []}
          onGo={(at) => editor.current?.focus(at)}
        />
      </section>
      {open === 'conflict' && rule !== undefined && (
        <Conflict
          {...{ rule, base, text }}
          onMine={goOnWith}
          onTheirs={(latest) => {
            editor.current?.replace(plain(latest.text));
            goOnWith(latest);
          }}
        />
      )}
      <Backtest text={text} rule={rule} isWrong={isWrong || text.trim() === ''} />
      {rule !== undefined && isChanged && (
        <section className="panel" aria-labelledby="change">
          <header>
            <h2 id="change">What you changed</h2>
            <span className="soft">since version {base.number}</span>
          </header>
          <Diff before={base.text} after={text} label={`From version ${base.number} to your text`} />
        </section>
      )}
      {open === 'save' && isChanged && (
        <SaveDialog
          title={rule === undefined ? 'Make this rule' : 'Save this rule'}
          does="Save it"
          {...{ why, save }}
          onClose={() => setOpen(undefined)}
        >
          It is in force at once{place !== '' && <>, and stands in {place}</>}. What it finds in times that are over
          wakes nobody.
        </SaveDialog>
      )}
    </>
  );
}

/** With line breaks as the editor has them. */
function plain(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Undefined where the service does not answer. */
async function ofService(yaml: string, rule: string | undefined): Promise<readonly Told[] | undefined> {
  if (yaml.trim() === '') return [];
  try {
    const { mistakes } = await checkRule({ yaml, of: rule ?? null });
    return mistakes.map(toldOf);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 0) return undefined;
    const { message, code, advice } = error as ApiProblem;
    return [{ code, message, advice, severity: 'error', line: 1, column: 1, start: 0, length: 0 }];
  }
}

function lookedText(mistakes: readonly Told[]): string {
  const errors = mistakes.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) return 'It cannot run so: see below.';
  return mistakes.length > 0 ? 'It can run. See below what often goes wrong.' : 'It can run, and nothing looks wrong.';
}
