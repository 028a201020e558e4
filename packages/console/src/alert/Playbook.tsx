import { useMutation, useQueryClient } from '@tanstack/react-query';
import { doStep, guideQuery } from '../api/guide.ts';
import type { Guide, Step } from '../api/types.ts';
import { useSay } from '../parts/notice.tsx';
import { useMayWrite } from '../session/session.ts';
import { capital } from '../words/names.ts';
import { second } from '../words/time.ts';

/** What to do, stage by stage, with who did it and when. */
export function Playbook({ id, playbook }: { readonly id: number; readonly playbook: Guide['playbook'] }) {
  const client = useQueryClient();
  const say = useSay();
  const may = useMayWrite();
  const tick = useMutation({
    mutationFn: ({ step, done }: { step: string; done: boolean }) => doStep(id, step, done),
    onSuccess: (guide) => {
      client.setQueryData(guideQuery(id).queryKey, guide);
      void client.invalidateQueries({ queryKey: ['alert', id, 'trail'] });
    },
    onError: (error) => say({ text: `The step is as it was: ${error.message}.`, isTrouble: true }),
  });
  const steps = playbook.flatMap((stage) => stage.steps);
  const done = steps.filter((step) => step.done !== null).length;
  return (
    <section className="panel" aria-labelledby="playbook">
      <header>
        <h2 id="playbook">What to do</h2>
        <span className="soft">
          {done} of {steps.length} done
        </span>
      </header>
      {playbook.map(({ stage, steps: its }) => (
        <fieldset key={stage} className="stage" disabled={!may || tick.isPending}>
          <legend>{capital(stage)}</legend>
          {its.map((step) => (
            <StepLine key={step.step} step={step} onTick={(wanted) => tick.mutate({ step: step.step, done: wanted })} />
          ))}
        </fieldset>
      ))}
    </section>
  );
}

function StepLine({ step, onTick }: { readonly step: Step; readonly onTick: (done: boolean) => void }) {
  return (
    <label className={step.done === null ? 'step' : 'step done'}>
      <input type="checkbox" checked={step.done !== null} onChange={({ target }) => onTick(target.checked)} />
      <span>
        {step.do}
        <span className="soft">
          {step.who} Write down: {step.record}
        </span>
        {step.done !== null && (
          <span className="done-by">
            {step.done.by}, {second(step.done.at).slice(0, 16)} UTC
          </span>
        )}
      </span>
    </label>
  );
}
