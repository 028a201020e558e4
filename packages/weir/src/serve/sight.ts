import { ticksPerDay } from '@weir/kql/types';
import type { Sight } from '../api/parts.ts';
import type { Queries } from '../api/query/queries.ts';
import { type Need, needs } from '../model/finding.ts';

/** What a rule needs: all of them, of each one at least. */
type Wanted = readonly (Need | readonly Need[])[];

export interface Seen extends Sight {
  /** Of how many connections all is known that is wanted. */
  readonly sees: (wanted: Wanted) => number;
}

/** Every way in which some needs are known of a connection and others are not. */
const cells = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => needs.filter((_, at) => bits & (1 << at)));

const isKnown: Readonly<Record<'process' | 'name', string>> = {
  process: 'isnotempty(InitiatingProcessFileName)',
  name: '(isnotempty(RegistrableDomain) or isnotempty(Service))',
};

/** How many connections of a day's row are exactly so. */
function inCell(cell: readonly Need[]): string {
  const flags = (['process', 'name'] as const).map((need) =>
    cell.includes(need) ? isKnown[need] : `not(${isKnown[need]})`,
  );
  const counted = cell.includes('bytes') ? 'ConnectionsWithBytes' : 'Connections - ConnectionsWithBytes';
  return `sumif(${counted}, ${flags.join(' and ')})`;
}

/** So many devices are named that something is never known of. */
const namedMost = 5;

const kql = (but: string) => `EgressDaily | where Day >= startofday(ago(1d))${but}
| summarize ${cells.map((cell, at) => `C${at} = ${inCell(cell)}`).join(', ')} by Device = tolower(DeviceName)
| extend ${needs.map((need) => `Known_${need} = ${cells.flatMap((cell, at) => (cell.includes(need) ? [`C${at}`] : [])).join(' + ')}`).join(', ')}
| extend All = ${cells.map((_, at) => `C${at}`).join(' + ')}
| sort by All desc, Device asc
| summarize ${[
  ...cells.map((_, at) => `sum(C${at})`),
  'countif(isnotempty(Device))',
  ...needs.flatMap((need) => [
    `countif(isnotempty(Device) and Known_${need} == 0)`,
    `make_list_if(Device, isnotempty(Device) and Known_${need} == 0, ${namedMost})`,
  ]),
].join(', ')}`;

const fusionKql = (but: string) =>
  `DeviceNetworkEvents | where Timestamp > ago(1d)${but} | summarize count() by Fusion`;

/** What the logs of yesterday and today tell of connections, those of these canaries' devices (in lower case) left out. `ids`
 *  are the two queries' own. */
export async function sightOf(
  queries: Queries,
  ids: readonly [string, string],
  canaries: ReadonlySet<string>,
): Promise<Seen> {
  const names = [...canaries].map((device) => JSON.stringify(device)).join(', ');
  const but = canaries.size === 0 ? '' : ` | where tolower(DeviceName) !in (${names})`;
  const ask = async (id: string, text: string) => {
    const { rows, now } = await queries.run({ id, who: 'weir', kql: text }, new AbortController().signal);
    return { rows: JSON.parse(`[${rows}]`) as unknown[][], now };
  };
  const { rows, now } = await ask(ids[0], kql(but));
  const { rows: told } = await ask(ids[1], fusionKql(but));
  const [row = []] = rows;
  const counts = cells.map((_, at) => Number(row[at] ?? 0));
  const sees = (wanted: Wanted) =>
    counts.reduce((sum, n, at) => {
      const all = wanted.every((need) => [need].flat().some((one) => cells[at]?.includes(one)));
      return all ? sum + n : sum;
    }, 0);
  const fusion = new Map(told.map(([kind, n]) => [kind, Number(n)]));
  const after = cells.length + 1;
  return {
    from: (now / ticksPerDay - 1n) * ticksPerDay,
    until: now,
    connections: sees([]),
    devices: Number(row[cells.length] ?? 0),
    needs: needs.map((need, at) => ({
      need,
      known: sees([need]),
      blind: {
        devices: Number(row[after + 2 * at] ?? 0),
        most: ((row[after + 2 * at + 1] ?? []) as unknown[]).map(String),
      },
    })),
    fusion: (['endpoint', 'flow', 'fused'] as const).map((kind) => ({
      told: kind,
      connections: fusion.get(kind) ?? 0,
    })),
    sees,
  };
}
