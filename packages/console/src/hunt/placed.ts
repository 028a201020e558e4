import { ApiProblem } from '../api/client.ts';

/** Says the place in the text as it is written here: what was put in front of it is a line of its own. */
export function placed(error: unknown, ahead: number): unknown {
  if (!(error instanceof ApiProblem) || error.code !== 'QUERY_REFUSED') return error;
  const [line = '1', column = '1'] = error.place.split(':');
  const { status, code, advice } = error;
  const place = `line ${Number(line) - (ahead > 0 ? 1 : 0)}, column ${column}`;
  return new ApiProblem({ status, code, place, advice, detail: `${place}: ${error.message}` });
}
