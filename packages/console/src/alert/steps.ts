/** A step of a playbook as the trail names it: its stage and its number in it, from 1. */
export interface StepDone {
  readonly step: string;
  readonly done: boolean;
}

/** `step 2 of contain` of `contain/2`. */
export function stepName(step: string): string {
  const [stage = '', nth = ''] = step.split('/');
  return nth === '' ? step : `step ${nth} of ${stage}`;
}
