import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { dropCopy, keepCopy, shippedQuery, versionsQuery } from '../api/ruleTexts.ts';
import type { Rule, ShippedRule } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { useSay } from '../parts/notice.tsx';
import { useMayWrite } from '../session/session.ts';
import { SaveDialog } from './edit/SaveDialog.tsx';
import { Diff } from './versions/Diff.tsx';
import '../style/rules.css';

/** That a rule is somebody's copy of one that ships with Weir, what differs, and the way back. */
export function OwnCopy({ rule, copy }: { readonly rule: Rule; readonly copy: NonNullable<Rule['copy']> }) {
  const { data, error, refetch } = useQuery({ ...shippedQuery(rule.id), refetchInterval: 30_000 });
  const may = useMayWrite();
  const section = useRef<HTMLElement>(null);
  const isHere = data !== undefined;
  useEffect(() => {
    if (isHere && location.hash === '#copy') section.current?.scrollIntoView({ block: 'start' });
  }, [isHere]);
  return (
    <section className={`panel own-copy${copy.outdated ? ' behind' : ''}`} aria-labelledby="copy-title" ref={section}>
      <header>
        <h2 id="copy-title">Your copy of a shipped rule</h2>
        <span className="push" />
        {may && <GoBack rule={rule} />}
      </header>
      <p className="said">
        Somebody here changed a rule that comes with Weir. Your copy runs in its place, and what a new Weir changes in
        the shipped rule does not reach it.
      </p>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {copy.outdated && data !== undefined && (
        <>
          <h3>What Weir has changed in the shipped rule since</h3>
          <Diff before={data.before} after={data.text} label="From the shipped rule of then to that of now" />
          {may && <Keep rule={rule} shipped={data} />}
        </>
      )}
      <h3>From the shipped rule to your copy</h3>
      {data === undefined ? (
        error === null && <p aria-busy="true">Loading…</p>
      ) : (
        <Diff before={data.text} after={data.own} label="From the shipped rule to your copy" />
      )}
    </section>
  );
}

function Keep({ rule, shipped }: { readonly rule: Rule; readonly shipped: ShippedRule }) {
  const client = useQueryClient();
  const say = useSay();
  const [failure, setFailure] = useState<unknown>();
  const keep = async () => {
    setFailure(undefined);
    try {
      await keepCopy(rule.id, shipped.text);
      say({ text: `Your copy of ${rule.name} stays as it is.` });
    } catch (thrown) {
      setFailure(thrown);
    }
    await client.invalidateQueries({ queryKey: ['rules'] });
  };
  return (
    <>
      {failure !== undefined && <Failure error={failure} />}
      <p className="said">
        Take over what you want with <b>Edit…</b>, or go back to the shipped rule. Where your copy is right as it is:{' '}
        <button type="button" className="small" onClick={() => void keep()}>
          I have looked, keep mine
        </button>
      </p>
    </>
  );
}

function GoBack({ rule }: { readonly rule: Rule }) {
  const client = useQueryClient();
  const say = useSay();
  const { data } = useQuery(versionsQuery(rule.id));
  const [isOpen, setOpen] = useState(false);
  const base = data?.versions[0]?.number;
  if (data === undefined || base === undefined) return null;
  if (data.fixed !== '') return <span className="soft">{data.fixed}</span>;
  const save = async (reason: string) => {
    await dropCopy(rule.id, { base, reason });
    setOpen(false);
    say({ text: `The shipped rule runs again. Your copy is version ${base}.` });
    // There is nothing left that hides it.
    const asked = shippedQuery(rule.id).queryKey.join();
    await client.invalidateQueries({ queryKey: ['rules'], predicate: ({ queryKey }) => queryKey.join() !== asked });
    client.removeQueries({ queryKey: shippedQuery(rule.id).queryKey });
  };
  return (
    <>
      <button type="button" className="small" onClick={() => setOpen(true)}>
        Go back to the shipped rule…
      </button>
      {isOpen && (
        <SaveDialog
          title="Go back to the shipped rule"
          does="Go back"
          why=""
          save={save}
          onClose={() => setOpen(false)}
        >
          {data.place} goes, and the rule that ships with Weir runs at once. Your copy stays among the versions, from
          where it can be put back.
        </SaveDialog>
      )}
    </>
  );
}
