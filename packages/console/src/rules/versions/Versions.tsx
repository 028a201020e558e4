import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { versionsQuery, versionTextQuery } from '../../api/ruleTexts.ts';
import type { RuleVersion } from '../../api/types.ts';
import { Failure } from '../../parts/Failure.tsx';
import { useMayWrite } from '../../session/session.ts';
import { second } from '../../words/time.ts';
import { Diff } from './Diff.tsx';
import { madeBy } from './madeBy.ts';
import '../../style/rules.css';

/** What the rule's file has said, who wrote that and why, and what differs between any two. */
export function Versions({ rule }: { readonly rule: string }) {
  const { data, error, refetch } = useQuery({ ...versionsQuery(rule), refetchInterval: 30_000 });
  const may = useMayWrite();
  const versions = data?.versions ?? [];
  const [compared, compare] = useState<{ readonly before: number; readonly after: number }>();
  const [last, one] = versions;
  const { before, after } = compared ?? { before: one?.number ?? 0, after: last?.number ?? 0 };
  const isLatest = ({ number }: RuleVersion) => number === last?.number;
  return (
    <section className="panel" aria-labelledby="versions">
      <header>
        <h2 id="versions">Versions</h2>
        <span className="soft">what its file has said</span>
      </header>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {data && versions.length === 0 && <p>None is kept: {data.fixed}</p>}
      <ol className="versions" reversed>
        {versions.map((version) => (
          <li key={version.number} value={version.number}>
            <strong>Version {version.number}</strong>
            <span>
              {madeBy(version)}, {second(version.at)} UTC
              {version.reason !== '' && <>: {version.reason}</>}
            </span>
            {version.problem !== '' && <span className="unknown">broken at {version.problem}</span>}
            <span className="push" />
            {version.number > 1 && (
              <button
                type="button"
                className="small"
                aria-label={`What changed in version ${version.number}`}
                onClick={() => compare({ before: version.number - 1, after: version.number })}
              >
                What changed
              </button>
            )}
            {may && data?.fixed === '' && !isLatest(version) && (
              <Link
                to="/rules/$id/edit"
                params={{ id: rule }}
                search={{ from: version.number }}
                className="button small"
                aria-label={`Go back to version ${version.number}`}
              >
                Go back
              </Link>
            )}
          </li>
        ))}
      </ol>
      {one !== undefined && (
        <>
          <div className="compared">
            <Choice label="From" {...{ versions }} chosen={before} onChoose={(n) => compare({ before: n, after })} />
            <Choice label="To" {...{ versions }} chosen={after} onChoose={(n) => compare({ before, after: n })} />
          </div>
          <Between rule={rule} before={before} after={after} />
        </>
      )}
    </section>
  );
}

function Choice({
  label,
  versions,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly versions: readonly RuleVersion[];
  readonly chosen: number;
  readonly onChoose: (number: number) => void;
}) {
  return (
    <label className="field">
      {label}
      <select value={chosen} onChange={({ target }) => onChoose(Number(target.value))}>
        {versions.map((version) => (
          <option key={version.number} value={version.number}>
            {`Version ${version.number}, ${madeBy(version)}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function Between({ rule, before, after }: { readonly rule: string; readonly before: number; readonly after: number }) {
  const [old, made] = [useQuery(versionTextQuery(rule, before)), useQuery(versionTextQuery(rule, after))];
  const error = old.error ?? made.error;
  if (error !== null) return <Failure error={error} again={() => void Promise.all([old.refetch(), made.refetch()])} />;
  if (old.data === undefined || made.data === undefined) return <p aria-busy="true">Loading…</p>;
  return <Diff before={old.data} after={made.data} label={`From version ${before} to version ${after}`} />;
}
