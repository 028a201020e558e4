import { UserError } from '../model/userError.ts';
import type { Log } from './sensors/log.ts';

/** Records of one request: small enough for any intake, large enough to be quick. */
const batch = 2000;

/** Longer than any intake takes for a batch. */
const patience = 60_000;

/** Posts logs of records as NDJSON, a batch a request, one after the other.
 *  `token` is sent as the intake's doors want it.
 *  @throws UserError `SEND_FAILED` where the intake does not answer or does not take them */
export async function send(logs: readonly Log[], to: string, token?: string): Promise<void> {
  const url = checked(to);
  for (const { text, file } of logs) {
    const lines = text.trimEnd().split('\n');
    for (let from = 0; from < lines.length; from += batch)
      await post(url, `${lines.slice(from, from + batch).join('\n')}\n`, { file, token });
  }
}

function checked(to: string): URL {
  const url = URL.canParse(to) ? new URL(to) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  throw new UserError(
    'URL_INVALID',
    '--to',
    `${to} is no address of an intake`,
    'Write it like http://127.0.0.1:8765/ingest/drill.',
  );
}

async function post(
  url: URL,
  body: string,
  { file, token }: { readonly file: string; readonly token: string | undefined },
): Promise<void> {
  const place = `--to ${url.href}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-ndjson',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body,
    // Records go where the user said, and nowhere else.
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  }).catch((cause: Error) => {
    const reason = cause.cause instanceof Error ? cause.cause.message : cause.message;
    throw new UserError('SEND_FAILED', place, `${file} was not taken: ${reason}`, 'Check that the intake runs there.');
  });
  const answer = await response.text();
  if (response.ok) return;
  const message = `${file} was not taken: ${response.status} ${answer.split('\n')[0]?.slice(0, 200) ?? ''}`.trimEnd();
  const advice =
    response.status === 401 || response.status === 403
      ? 'Give --token-file, or WEIR_TOKEN, with a token of scope ingest: weir token add NAME --scope ingest.'
      : 'See what the intake says of it.';
  throw new UserError('SEND_FAILED', place, message, advice);
}
