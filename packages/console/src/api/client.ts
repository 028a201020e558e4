import { harmless } from '../words/harmless.ts';
import { parsed } from '../words/whole.ts';
import type { Mistake, Problem } from './types.ts';

/** Why the service did not do what was asked, in its own words; or that it did not answer. */
export class ApiProblem extends Error {
  /** 0: there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly place: string;
  readonly advice: string;
  /** Of a query's text, each at its place. */
  readonly mistakes: readonly Mistake[];

  constructor({ status, code, place, detail, advice, mistakes = [] }: Omit<Problem, 'title'>) {
    super(detail);
    this.status = status;
    this.code = code;
    this.place = place;
    this.advice = advice;
    this.mistakes = mistakes;
  }
}

let whenLoggedOut: () => void = () => undefined;

/** Calls back each time the service says that nobody is logged in. */
export function onLoggedOut(callback: () => void): void {
  whenLoggedOut = callback;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** The answer holds a text that goes back as it is: who asks shows what steers a text. */
  readonly isVerbatim?: boolean;
}

/** Asks the API; texts of its answer are harmless. The session's cookie goes along by itself.
 *  @throws ApiProblem */
export async function call<Answer>(
  path: string,
  { method = 'GET', body, signal, isVerbatim = false }: Call = {},
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem({
      ...{ status: 0, code: 'NO_ANSWER', place: path, detail: 'Weir does not answer' },
      advice: 'It may be starting again, or the network is down. This page tries again by itself.',
    });
  }
  if (response.ok) {
    const answer = response.status === 204 ? undefined : parsed(await response.text());
    return (isVerbatim ? answer : harmless(answer)) as Answer;
  }
  const problem = await problemOf(response, path);
  if (problem.code === 'NOT_LOGGED_IN') whenLoggedOut();
  throw problem;
}

async function problemOf(response: Response, place: string): Promise<ApiProblem> {
  const { status } = response;
  try {
    return new ApiProblem(harmless((await response.json()) as Problem));
  } catch {
    return new ApiProblem({
      ...{ status, code: 'NOT_UNDERSTOOD', place, detail: `something between here and Weir answered ${status}` },
      advice: 'Look at the proxy in front of Weir, if there is one.',
    });
  }
}
