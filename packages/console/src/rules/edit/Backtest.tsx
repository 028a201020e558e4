import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { backtestQuery, cancelBacktest, type Job, type PlayedFinding, startBacktest } from '../../api/backtests.ts';
import { Chart } from '../../hunt/chart/Chart.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Scrolls } from '../../parts/Scrolls.tsx';
import { useNow } from '../../parts/useNow.ts';
import { present } from '../../present.ts';
import { plural } from '../../words/figures.ts';
import { lasting, second } from '../../words/time.ts';
import { comparedIn, momentOfOne, type Sums } from './played.ts';

const spans = [1, 7, 14, 30, 90] as const;
const day = 86_400_000;
/** So many findings are told one by one. */
const toldMost = 50;

/** Plays the draft, and the present version beside it, over the last days: what people would have been told. */
export function Backtest({
  text,
  rule,
  isWrong,
}: {
  readonly text: string;
  /** Undefined: it is a new one. */
  readonly rule: string | undefined;
  readonly isWrong: boolean;
}) {
  const [days, setDays] = useState<number>(14);
  const [asked, setAsked] = useState<{ readonly id: string; readonly text: string; readonly days: number }>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();
  const { data: job, error } = useQuery({ ...backtestQuery(asked?.id ?? ''), enabled: asked !== undefined });
  const isRunning = asked !== undefined && error === null && (job === undefined || job.ended === null);
  const start = async () => {
    setFailure(undefined);
    setBusy(true);
    try {
      const since = new Date(present() - days * day).toISOString();
      const { id } = await startBacktest({
        rule: { yaml: text },
        against: rule === undefined ? null : { id: rule },
        since,
      });
      setAsked({ id, text, days });
    } catch (thrown) {
      setAsked(undefined);
      setFailure(thrown);
    } finally {
      setBusy(false);
    }
  };
  const cancel = async () => {
    if (asked === undefined) return;
    await cancelBacktest(asked.id).catch(setFailure);
    await client.invalidateQueries({ queryKey: ['backtests', asked.id] });
  };
  return (
    <section className="panel backtest" aria-labelledby="backtest" aria-busy={isRunning}>
      <header>
        <h2 id="backtest">Back-test</h2>
        <span className="soft">
          what people would have been told, had it run{rule !== undefined && ' so'} all along
        </span>
      </header>
      <div className="backtest-row">
        <label className="field">
          Over the last
          <select value={days} onChange={({ target }) => setDays(Number(target.value))}>
            {spans.map((span) => (
              <option key={span} value={span}>
                {plural(span, 'day')}
              </option>
            ))}
          </select>
        </label>
        {isRunning ? (
          <button type="button" onClick={() => void cancel()}>
            Cancel
          </button>
        ) : (
          <button type="button" className="primary" disabled={busy || isWrong} onClick={() => void start()}>
            Back-test it
          </button>
        )}
        {isWrong && !isRunning && <span className="soft">What is wrong is to be mended first.</span>}
        {isRunning && <Progress job={job} />}
      </div>
      {failure !== undefined && <Failure error={failure} />}
      {error !== null && asked !== undefined && <Failure error={error} again={() => void start()} />}
      {job !== undefined && asked !== undefined && job.ended !== null && (
        <Outcome job={job} days={asked.days} isOld={asked.text !== text} />
      )}
    </section>
  );
}

function Progress({ job }: { readonly job: Job | undefined }) {
  const now = useNow();
  const began = job === undefined ? '' : ` for ${lasting(job.started, new Date(now).toISOString())}`;
  const doing = job?.state === 'waiting' ? 'It waits for another one' : `It runs${began}`;
  return (
    <span role="status">
      {doing}
      {job !== undefined && job.progress !== '' && `: ${job.progress}`}…
    </span>
  );
}

function Outcome({ job, days, isOld }: { readonly job: Job; readonly days: number; readonly isOld: boolean }) {
  if (job.state === 'cancelled') return <p role="status">It was cancelled.</p>;
  if (job.problem !== null)
    return (
      <div className="failure" role="alert">
        <strong>{job.problem.message}.</strong> <span>{job.problem.advice}</span>
      </div>
    );
  const compared = job.result === null ? undefined : comparedIn(job.result);
  if (compared === undefined) return <p role="status">It told of no rule.</p>;
  const { chart, before, after, added, gone } = compared;
  const error = job.result?.rules[0]?.against?.error;
  return (
    <>
      {isOld && <p className="note">The text has changed since: this is of what stood there before.</p>}
      {typeof error === 'string' && <p className="note">The present version could not run: {error}</p>}
      <dl className="backtest-sums" aria-live="polite">
        {before !== undefined && <Told name="Present version" sums={before} days={days} />}
        <Told name={before === undefined ? 'This rule' : 'This draft'} sums={after} days={days} />
      </dl>
      {after.alerts + (before?.alerts ?? 0) > 0 && <Chart chart={chart} />}
      <Findings
        title={before === undefined ? 'What it finds' : 'New: only the draft finds it'}
        findings={added}
        none={before === undefined ? 'It finds nothing there.' : 'Nothing is new.'}
      />
      {before !== undefined && (
        <Findings title="Gone: the draft does not find it" findings={gone} none="Nothing is gone." />
      )}
    </>
  );
}

function Told({ name, sums, days }: { readonly name: string; readonly sums: Sums; readonly days: number }) {
  const { alerts, perDay, untold } = sums;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{plural(alerts, 'alert')}</strong> in {plural(days, 'day')}
        {perDay === undefined ? ', of which there are no logs' : `, ${perDay.toFixed(1)} a day with logs`}
        {untold > 0 && <span className="soft">; {plural(untold, 'finding')} more that nobody is told of</span>}
      </dd>
    </div>
  );
}

const outcomes = {
  notified: 'alert',
  informational: 'informational',
  hidden: 'hidden',
  suppressed: 'in a pause',
} as const;

function Findings({
  title,
  findings,
  none,
}: {
  readonly title: string;
  readonly findings: readonly PlayedFinding[];
  readonly none: string;
}) {
  return (
    <>
      <h3>
        {title} <span className="soft">{findings.length > 0 && plural(findings.length, 'finding')}</span>
      </h3>
      {findings.length === 0 ? (
        <p className="soft">{none}</p>
      ) : (
        <Scrolls className="answer-rows" label={title}>
          <table>
            <thead>
              <tr>
                {['When (UTC)', 'What', 'Severity', 'Told as'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {findings.slice(0, toldMost).map((finding) => (
                <tr key={finding.id}>
                  <td>{second(momentOfOne(finding))}</td>
                  <td>{finding.title}</td>
                  <td>{finding.severity}</td>
                  <td>{outcomes[finding.outcome]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
      )}
      {findings.length > toldMost && <p className="soft">These are the latest {toldMost}.</p>}
    </>
  );
}
