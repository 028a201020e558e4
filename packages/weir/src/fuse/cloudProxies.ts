import type { Engine } from '../engine/engine.ts';
import { longSum } from '../tables/index.ts';

/** Proxies of a provider's cloud, by what the EventId of their records begins with, and the names of their gateways: what a
 *  client's agent, a PAC file or a tunnel sends to. */
const gateways: Readonly<Record<string, { readonly title: string; readonly hosts: string }>> = {
  zscaler: { title: 'Zscaler', hosts: '(^|[.])(zscaler(|one|two|three|ten|beta|gov)[.]net|zscloud[.]net)$' },
  umbrella: { title: 'Umbrella', hosts: '(^|[.])(sig[.]umbrella[.]com|sigproxy[.]qq[.]opendns[.]com)$' },
};

/** Connections to the gateway of a proxy whose own records are rows too. A tunnel does not show what it carries, and a record
 *  without the client's port not what carried it: both are listed, and which record was whose is not guessed. */
export async function cloudProxyNotes(engine: Engine): Promise<string[]> {
  const known = Object.keys(gateways).map((word) => `'${word}'`);
  const told = await engine.rows<{ word: string; records: bigint }>(
    `SELECT f.family AS word, count(*) AS records FROM fuse_proxy_record r JOIN fuse_flow f USING (flow)
     WHERE NOT r.denied AND f.family IN (${known.join(', ')}) GROUP BY ALL ORDER BY word`,
  );
  const notes: string[] = [];
  for (const { word, records } of told) {
    const { title, hosts } = gateways[word] as (typeof gateways)[string];
    const [sent] = await engine.rows<{ connections: bigint; bytes: bigint | null }>(
      `SELECT count(*) AS connections, ${longSum('sum(f.sent)')} AS bytes
       FROM (FROM fuse_name WHERE regexp_matches(host, '${hosts}')) n JOIN fuse_flow f ON f.flow = n.row
       WHERE NOT f.inbound AND f.flow NOT IN (SELECT flow FROM fuse_proxy_record)`,
    );
    if (!sent || sent.connections === 0n) continue;
    const bytes = sent.bytes === null ? 'an unknown number of bytes' : `${sent.bytes} bytes`;
    notes.push(
      `${sent.connections} of the connections went to ${title}’s gateways (${bytes} sent), and ${records} are ${title}’s own records of requests: what was sent through the gateways stands in both, because neither tells which belongs to which. Leave the connections to the gateways out of your own sums where the records tell all that passed.`,
    );
  }
  return notes;
}
