import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ruleQuery } from '../../api/rules.ts';
import { versionsQuery, versionTextQuery } from '../../api/ruleTexts.ts';
import { Failure } from '../../parts/Failure.tsx';
import { useMayWrite } from '../../session/session.ts';
import type { Base } from './Conflict.tsx';
import { Workbench } from './Workbench.tsx';
import '../../style/rules.css';

/** A rule's text, to be changed: from the latest version, or from an old one that is to be the next. */
export function EditPage() {
  const { id = '' } = useParams({ strict: false });
  const { from } = useSearch({ strict: false });
  const { data: rule } = useQuery(ruleQuery(id));
  const may = useMayWrite();
  return (
    <main className="page edit" aria-label="Edit a rule">
      <Link to="/rules/$id" params={{ id }} className="back">
        ← {rule?.name ?? 'The rule'}
      </Link>
      <h1>{rule === undefined ? 'Edit a rule' : `Edit: ${rule.name}`}</h1>
      {may ? (
        <Opened id={id} from={from} key={`${id} ${from}`} />
      ) : (
        <p className="note">
          A rule decides what everybody is told, so an analyst or an administrator changes it. You look here as a
          viewer: what it has said stands on its page.
        </p>
      )}
    </main>
  );
}

function Opened({ id, from }: { readonly id: string; readonly from: number | undefined }) {
  // What was known before the page was opened may be old.
  const versions = useQuery({ ...versionsQuery(id), refetchOnMount: 'always' });
  const latest = versions.isFetchedAfterMount ? versions.data?.versions[0] : undefined;
  const text = useQuery({ ...versionTextQuery(id, latest?.number ?? 0), enabled: latest !== undefined });
  const old = useQuery({ ...versionTextQuery(id, from ?? 0), enabled: from !== undefined });
  const [begun, setBegun] = useState<{ readonly base: Base; readonly initial: string }>();
  const error = versions.error ?? text.error ?? old.error;
  const initial = from === undefined ? text.data : old.data;
  if (begun === undefined && latest !== undefined && text.data !== undefined && initial !== undefined)
    setBegun({ base: { number: latest.number, text: text.data }, initial });
  if (begun !== undefined)
    return (
      <Workbench
        rule={id}
        begin={begun.base}
        initial={begun.initial}
        place={versions.data?.place ?? ''}
        {...(from === undefined ? {} : { why: `As version ${from} again` })}
      />
    );
  if (error !== null)
    return <Failure error={error} again={() => void Promise.all([versions.refetch(), text.refetch()])} />;
  if (versions.data !== undefined && versions.data.fixed !== '')
    return <p className="note">It cannot be changed here. {versions.data.fixed}</p>;
  return <p aria-busy="true">Loading…</p>;
}
