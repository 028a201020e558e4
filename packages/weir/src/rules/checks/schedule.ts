import { ticksOfDuration } from '../duration.ts';
import { type Checked, type SentinelProblem, text } from './problem.ts';

const minute = 600_000_000n;
const hour = 60n * minute;
const day = 24n * hour;

/** Limits of a scheduled rule's times and threshold; near-real-time rules have none of these. */
export function* scheduleProblems(rule: Checked): Generator<SentinelProblem> {
  yield* suppressionProblems(rule);
  if (rule.kind === 'NRT') return;
  for (const name of [
    'queryFrequency',
    'queryPeriod',
    'triggerOperator',
    'triggerThreshold',
    'requiredDataConnectors',
  ]) {
    if (rule[name] !== undefined && rule[name] !== null) continue;
    const fix = name === 'requiredDataConnectors' ? 'Write [] where it needs none.' : `Give the rule its ${name}.`;
    yield { place: [name], message: `Sentinel wants ${name} of a scheduled rule`, fix };
  }
  for (const name of ['queryFrequency', 'queryPeriod']) {
    const written = text(rule[name]);
    const ticks = ticksOf(rule[name]);
    if (ticks === undefined && written !== '')
      yield { place: [name], message: `${written} is no duration`, fix: 'Write 5m, 1h or 1d.' };
    if (ticks === undefined || (ticks >= 5n * minute && ticks <= 14n * day)) continue;
    const message = `${name} is ${written}; Sentinel takes 5 minutes to 14 days`;
    yield { place: [name], message, fix: 'Choose a time between the two.' };
  }
  const [frequency, period] = [ticksOf(rule.queryFrequency), ticksOf(rule.queryPeriod)];
  if (frequency !== undefined && period !== undefined && period >= 2n * day && frequency < hour) {
    const message = 'a rule that looks back two days or more runs at most once an hour in Sentinel';
    yield { place: ['queryFrequency'], message, fix: 'Make queryFrequency 1h, or queryPeriod shorter than 2d.' };
  }
  const threshold = Number(rule.triggerThreshold ?? 0);
  if (threshold > 10_000) {
    const fix = 'Count in the query, and fire on its result.';
    yield { place: ['triggerThreshold'], message: 'Sentinel takes thresholds up to 10,000', fix };
  }
}

function* suppressionProblems(rule: Checked): Generator<SentinelProblem> {
  const pause = ticksOf(rule.suppressionDuration);
  if (pause === undefined || (pause >= 5n * minute && pause <= day)) return;
  const message = `suppressionDuration is ${text(rule.suppressionDuration)}; Sentinel takes 5 minutes to 24 hours`;
  yield { place: ['suppressionDuration'], message, fix: 'Choose a time between the two.' };
}

export function ticksOf(value: unknown): bigint | undefined {
  return ticksOfDuration(text(value));
}
