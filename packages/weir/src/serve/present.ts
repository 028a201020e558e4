import type { Queries } from '../api/query/queries.ts';
import { type Need, needs } from '../model/finding.ts';

const known: Readonly<Record<Need, string>> = {
  bytes: 'isnotnull(BytesSent)',
  process: 'isnotempty(InitiatingProcessFileName)',
  name: 'isnotempty(RemoteHost) or isnotempty(Service)',
};

/** What the logs of the last day tell of some connection. `id` is the query's own. */
export async function present(queries: Queries, id: string): Promise<Readonly<Record<Need, boolean>>> {
  const counts = needs.map((need) => `${need} = countif(${known[need]})`).join(', ');
  const kql = `DeviceNetworkEvents | where Timestamp > ago(1d) | summarize ${counts}`;
  const { rows } = await queries.run({ id, who: 'weir', kql }, new AbortController().signal);
  const [counted = []] = JSON.parse(`[${rows}]`) as (number | string)[][];
  return Object.fromEntries(needs.map((need, at) => [need, Number(counted[at] ?? 0) > 0])) as Record<Need, boolean>;
}
