import { useQuery } from '@tanstack/react-query';
import { versionsQuery, versionTextQuery } from '../../api/ruleTexts.ts';
import { Failure } from '../../parts/Failure.tsx';
import { second } from '../../words/time.ts';
import { Diff } from '../versions/Diff.tsx';
import { madeBy } from '../versions/madeBy.ts';

/** A version as it was when somebody began to write on it. */
export interface Base {
  readonly number: number;
  readonly text: string;
}

/** It comes up below a long text. */
const shown = (at: HTMLElement | null) => at?.scrollIntoView({ block: 'start' });

/** Somebody saved meanwhile: theirs and one's own, and which of them goes on. */
export function Conflict({
  rule,
  base,
  text,
  onMine,
  onTheirs,
}: {
  readonly rule: string;
  readonly base: Base;
  readonly text: string;
  /** Go on with one's own text, on the version that is the latest now. */
  readonly onMine: (latest: Base) => void;
  readonly onTheirs: (latest: Base) => void;
}) {
  const { data } = useQuery(versionsQuery(rule));
  const latest = data?.versions[0];
  const theirs = useQuery({ ...versionTextQuery(rule, latest?.number ?? 0), enabled: latest !== undefined });
  if (theirs.error !== null) return <Failure error={theirs.error} again={() => void theirs.refetch()} />;
  if (latest === undefined || latest.number === base.number || theirs.data === undefined)
    return <p aria-busy="true">Looking at what changed…</p>;
  const found = { number: latest.number, text: theirs.data };
  return (
    <section className="panel conflict" aria-labelledby="conflict" role="alert" ref={shown}>
      <header>
        <h2 id="conflict">Somebody else changed this rule</h2>
      </header>
      <p className="said">
        You began with version {base.number}. Since then there is version {latest.number}, {madeBy(latest)},{' '}
        {second(latest.at)} UTC{latest.reason !== '' && `: ${latest.reason}`}. Nothing of yours was saved, and nothing
        is lost.
      </p>
      <h3>What they changed</h3>
      <Diff before={base.text} after={found.text} label={`From version ${base.number} to version ${latest.number}`} />
      <h3>From theirs to yours</h3>
      <Diff before={found.text} after={text} label={`From version ${latest.number} to your text`} />
      <div className="dialog-foot">
        <button type="button" onClick={() => onTheirs(found)}>
          Put theirs into the editor
        </button>
        <button type="button" className="primary" onClick={() => onMine(found)}>
          Go on with mine, on version {latest.number}
        </button>
      </div>
    </section>
  );
}
