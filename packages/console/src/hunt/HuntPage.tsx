import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { stringifySearch } from '../addresses.ts';
import { ApiProblem } from '../api/client.ts';
import { tablesQuery } from '../api/hunt.ts';
import type { SavedHunt } from '../api/types.ts';
import { useKeys } from '../keys/useKeys.tsx';
import { Copy } from '../parts/Copy.tsx';
import { useSay } from '../parts/notice.tsx';
import { present } from '../present.ts';
import { useMayWrite, useMe } from '../session/session.ts';
import { Asking } from './Asking.tsx';
import { assist } from './editor/assist.ts';
import { Editor, type EditorHandle } from './editor/Editor.tsx';
import { kql } from './editor/language.ts';
import { draftOf, keepDraft, remember } from './history.ts';
import type { Checked } from './kql/asked.ts';
import { Mistakes } from './Mistakes.tsx';
import { HistoryDialog, HuntsDialog } from './Openings.tsx';
import type { Opened } from './opened.ts';
import { Reading } from './Reading.tsx';
import { Results } from './Results.tsx';
import { RuleDialog } from './RuleDialog.tsx';
import { Running } from './Running.tsx';
import { SaveHuntDialog } from './SaveHuntDialog.tsx';
import { conditionOf, type HuntSearch } from './search.ts';
import { useAsked } from './useAsked.ts';
import { useParser } from './useParser.ts';
import { useRun } from './useRun.ts';

const first = `DeviceNetworkEvents
| where Timestamp > ago(1d)
| summarize Connections = count(), BytesSent = sum(BytesSent) by DeviceName, RemoteHost
| top 50 by BytesSent
`;

/** Questions of one's own to the lake. */
export function HuntPage({ search }: { readonly search: HuntSearch }) {
  const { name } = useMe();
  const may = useMayWrite();
  const say = useSay();
  const editor = useRef<EditorHandle>(null);
  const [checked, setChecked] = useState<Checked>();
  const parser = useParser();
  const help = useMemo(() => parser && assist(parser, setChecked), [parser]);
  const { text, setText, range, setRange, hunt, isHunt, ...asking } = useAsked({
    ...{ search, editor, first: () => draftOf(name) ?? first },
  });
  const [rowsMost, setRowsMost] = useState(1_000);
  const [open, setOpen] = useState<'hunts' | 'history' | 'rule' | 'save' | 'change'>();
  const asked = useRef({ kql: '', range: '' });
  const { data: tables } = useQuery(tablesQuery);
  const { state, run, cancel, refuse } = useRun((rows) => {
    remember(name, {
      at: new Date(present()).toISOString(),
      ...asked.current,
      ...(rows === undefined ? {} : { rows }),
    });
  });

  useEffect(() => {
    document.title = 'Hunt · Weir';
    return () => {
      document.title = 'Weir';
    };
  }, []);

  const go = async () => {
    const written = editor.current?.text() ?? text;
    if (written.trim() === '') return;
    asked.current = { kql: written, range };
    asking.tell(written);
    const condition = conditionOf(range);
    if (condition === undefined) return run({ kql: written, ahead: 0 }, rowsMost);
    if (parser === undefined) return;
    const cut = await parser.ask('cut', { text: written, range: condition }).catch((error: Error) => error.message);
    if (typeof cut !== 'string') return run(cut, rowsMost);
    refuse(new ApiProblem({ status: 0, code: 'RANGE', place: 'range', detail: cut, advice: '' }));
  };
  useKeys({ '/': () => editor.current?.focus() });

  useEffect(() => {
    if (state.kind !== 'failed' || !(state.error instanceof ApiProblem)) return;
    const { ahead, error } = state;
    const marks = error.mistakes.flatMap(({ start, end, severity, message, advice = '' }) =>
      start === undefined || end === undefined || severity !== 'error'
        ? []
        : [{ start: Math.max(0, start - ahead), end: Math.max(0, end - ahead), message: `${message} ${advice}` }],
    );
    if (marks.length > 0) editor.current?.mark(marks);
  }, [state]);

  const show = (wanted: Opened) => {
    setOpen(undefined);
    asking.show(wanted);
  };
  const saved = (made: SavedHunt) => {
    show({ kind: 'saved', hunt: made });
    say({ text: `${made.name} is kept: everybody finds it under Hunts.` });
  };
  const link = asking.address && `${location.origin}/hunt${stringifySearch({ ...asking.address })}`;
  return (
    <main className="page hunt" aria-label="Hunt">
      <div className="hunt-head">
        <h1>Hunt</h1>
        <span className="push" />
        <button type="button" onClick={() => setOpen('hunts')}>
          Hunts…
        </button>
        <button type="button" onClick={() => setOpen('history')}>
          History…
        </button>
        {may && (
          <button type="button" onClick={() => setOpen('save')} disabled={text.trim() === ''}>
            Save as hunt…
          </button>
        )}
        <button type="button" onClick={() => setOpen('rule')} disabled={text.trim() === ''}>
          Turn into a rule…
        </button>
        {link === undefined ? (
          <span className="soft" title="Copy the text of the query instead.">
            too long for a link
          </span>
        ) : (
          <Copy text={link} label={isHunt ? 'The address of this hunt' : 'The address of this query'}>
            Copy link
          </Copy>
        )}
      </div>
      <section className="panel asking" aria-label="Query">
        <Editor
          ref={editor}
          initial={text}
          label="Query in KQL"
          language={kql}
          help={help}
          example="DeviceNetworkEvents | where Timestamp > ago(1d) | …"
          keys={{ 'Mod-Enter': () => void go() }}
          onChange={(next) => {
            setText(next);
            keepDraft(name, next);
          }}
        />
        <Asking
          // What is written of a time begins anew.
          key={asking.puts}
          {...{ range, rowsMost }}
          most={tables?.rows ?? 1_000}
          onRange={setRange}
          onRows={setRowsMost}
          isRunning={state.kind === 'running'}
          onRun={() => void go()}
          onCancel={() => void cancel().then(() => say({ text: 'The query was told to stop.' }))}
        />
        <Mistakes of="query" diagnostics={checked?.diagnostics ?? []} onGo={(at) => editor.current?.focus(at)} />
      </section>
      {hunt !== undefined && (
        <Reading opened={hunt} isChanged={!isHunt} onChange={() => setOpen('change')} onClose={asking.putAway} />
      )}
      <Running state={state} />
      {state.kind === 'answered' && (
        <Results key={state.result.now} answered={state} kql={asked.current.kql} parser={parser} />
      )}
      {open === 'hunts' && <HuntsDialog onClose={() => setOpen(undefined)} onOpen={show} />}
      {open === 'history' && (
        <HistoryDialog
          person={name}
          onClose={() => setOpen(undefined)}
          onOpen={(past) => {
            setOpen(undefined);
            asking.put(past.kql, past.range);
          }}
        />
      )}
      {(open === 'save' || open === 'change') && (
        <SaveHuntDialog
          {...{ query: text, range }}
          of={open === 'change' && hunt?.kind === 'saved' ? hunt.hunt : undefined}
          onClose={() => setOpen(undefined)}
          onSaved={saved}
          onTheirs={(theirs) => show({ kind: 'saved', hunt: theirs })}
        />
      )}
      {open === 'rule' && <RuleDialog query={text} onClose={() => setOpen(undefined)} />}
    </main>
  );
}
