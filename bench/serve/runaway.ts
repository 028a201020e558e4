import { setTimeout as pause } from 'node:timers/promises';

/** Every flow with every other: it never ends, and asks for more the more there is. */
const endless = `NetworkFlows | extend All = 1 | project All, BytesSent
| join kind=inner (NetworkFlows | extend All = 1 | project All, BytesReceived) on All
| summarize sum(BytesSent * BytesReceived)`;

/** Puts a query that does not end through the API, and again as soon as it is killed, until the signal. Gives how often each
 *  answer came. */
export async function runaway(url: string, token: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const answers = new Map<string, number>();
  for (let number = 1; !signal.aborted; number += 1) {
    const answer = await answerTo(url, token, { id: `endless-${number}`, kql: endless }, signal).catch(() => undefined);
    if (answer === undefined) break;
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    // What is refused at once is no reason to ask without pause.
    await pause(100);
  }
  return answers;
}

async function answerTo(url: string, token: string, body: object, signal: AbortSignal): Promise<string> {
  const response = await asked(url, token, body, signal);
  const text = await response.text();
  return response.ok ? 'answered' : (/"code":"(\w+)"/.exec(text)?.[1] ?? `status ${response.status}`);
}

function asked(url: string, token: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${url}/api/queries`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** How many rows a table has. */
export async function countOf(url: string, token: string, table: string): Promise<number> {
  const response = await asked(url, token, { id: `count-${table}`, kql: `${table} | count` });
  if (!response.ok) throw new Error(`counting ${table}: ${await response.text()}`);
  const { rows } = (await response.json()) as { rows: number[][] };
  return Number(rows[0]?.[0]);
}
