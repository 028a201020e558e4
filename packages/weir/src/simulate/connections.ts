import type { Talk } from './actor.ts';
import type { ConnectStep, StartStep } from './schema.ts';
import type { Stage } from './stage.ts';
import type { HttpRequest, Process } from './story.ts';
import { type Micros, second } from './time.ts';

/** Bytes a second where neither rate nor duration is given. */
const usualRate = 2_000_000;

/** The connections of a step from a moment on, dealt out to its lanes; gives when the last of them ends. */
export function connections(stage: Stage, step: ConnectStep, begins: Micros): Micros {
  const times = stage.amount('count', step.times);
  const lanes = Math.min(times, stage.amount('count', step.lanes));
  const sizes = step.total === undefined ? undefined : parts(stage, stage.amount('size', step.total), times);
  const free = Array.from({ length: lanes }, (_, lane) => begins + lane * stage.random.int(80_000, 900_000));
  let last = begins;
  for (let n = 1; n <= times; n++) {
    const lane = (n - 1) % lanes;
    const at = free[lane] ?? begins;
    const sent = sizes?.[n - 1] ?? stage.amount('size', step.sent ?? '0 B');
    const received = stage.amount('size', step.received);
    const lasting = lastingOf(stage, step, Math.max(sent, received));
    one(stage, step, n, { at, sent, received, lasting });
    free[lane] = at + gap(stage, step, lasting);
    last = Math.max(last, at + lasting);
  }
  return last;
}

interface Measure {
  readonly at: Micros;
  readonly sent: number;
  readonly received: number;
  readonly lasting: Micros;
}

function one(stage: Stage, step: ConnectStep, n: number, measure: Measure): void {
  const process = actor(stage, step, n, measure.at);
  const { port, as, outcome, http } = step;
  const talk: Talk = {
    ...measure,
    as,
    outcome,
    incident: stage.incident,
    ...(port === undefined ? {} : { port: stage.amount('count', port) }),
    ...(http === undefined ? {} : { http: request(stage, http, n, measure) }),
  };
  const host = turn(step.to, n);
  const address = turn(step.address, n);
  const name = host === undefined ? null : stage.text(host, n);
  if (address === undefined) {
    if (name !== null) stage.actor.connect(process, name, talk);
    return;
  }
  if (name !== null) stage.actor.lookUp(name, [address], measure.at, process);
  stage.actor.exchange(process, address, name, talk);
}

/** The process of the nth connection: the one that was started, or another one like it. */
function actor(stage: Stage, { by, anew }: ConnectStep, n: number, at: Micros): Process {
  const { process, step } = stage.started(by);
  if (!anew || n === 1) return process;
  return stage.start(step satisfies StartStep, at - stage.random.int(40_000, 300_000), n);
}

function turn(list: string | readonly string[] | undefined, n: number): string | undefined {
  return typeof list === 'string' || list === undefined ? list : list[(n - 1) % list.length];
}

function lastingOf(stage: Stage, { lasting, rate }: ConnectStep, bytes: number): Micros {
  if (lasting !== undefined) return stage.amount('duration', lasting);
  const perSecond = rate === undefined ? usualRate : stage.amount('size', rate);
  return Math.round((bytes / perSecond) * second * stage.random.between(0.9, 1.2)) + stage.random.int(200_000, 900_000);
}

/** From the beginning of one connection to that of the next in its lane. */
function gap(stage: Stage, { every }: ConnectStep, lasting: Micros): Micros {
  if (every === undefined) return lasting + stage.random.int(300_000, 3_000_000);
  return Math.round(stage.amount('duration', every) * stage.random.between(0.85, 1.15));
}

/** A whole in uneven parts, each at least a byte. */
function parts(stage: Stage, total: number, times: number): number[] {
  const weights = Array.from({ length: times }, () => stage.random.between(0.6, 1.4));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => Math.max(1, Math.round((total * weight) / sum)));
}

function request(
  stage: Stage,
  http: NonNullable<ConnectStep['http']>,
  n: number,
  { sent, received }: Measure,
): HttpRequest {
  return {
    method: http.method,
    path: stage.text(http.path, n),
    agent: stage.text(http.agent, n),
    requestBody: Math.max(0, sent - 200),
    responseBody: Math.max(0, received - 200),
    type: http.type,
    status: http.status,
  };
}
