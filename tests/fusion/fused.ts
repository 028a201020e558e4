import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import { appendRows, type InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import { type FuseOptions, fuse } from '../../packages/weir/src/fuse/fuse.ts';
import type { FusionReport } from '../../packages/weir/src/model/fusionReport.ts';
import {
  deviceNetworkEvents,
  endpointConnections,
  networkFlows,
  observedBodies,
  observedNames,
} from '../../packages/weir/src/tables/index.ts';
import { nextSerial } from '../serial.ts';

export const catalogue = await loadCatalogue(fileURLToPath(new URL('../../content/catalogue', import.meta.url)));

/** Rows of the intake tables, each table's in segments of any split. */
export interface Intake {
  readonly events?: readonly InlineRow[][];
  readonly flows?: readonly InlineRow[][];
  readonly names?: readonly InlineRow[][];
  readonly bodies?: readonly InlineRow[][];
  /** Rows that came in finished. */
  readonly finished?: readonly InlineRow[][];
}

export type FusedRow = Readonly<Record<string, string | number | bigint | null>>;

/** What fusion makes of a few rows: the finished ones, all columns but those that only an engine's run decides, and its
 *  report. */
export async function fused(
  intake: Intake,
  options: Pick<FuseOptions, 'rowsAtOnce'> = {},
): Promise<{ rows: FusedRow[]; report: FusionReport }> {
  return withScratchLake(async (lake) => {
    const tables = [
      [endpointConnections, intake.events],
      [networkFlows, intake.flows],
      [observedNames, intake.names],
      [observedBodies, intake.bodies],
      [deviceNetworkEvents, intake.finished],
    ] as const;
    for (const [table, segments] of tables)
      for (const segment of segments ?? []) await appendRows(lake, table, segment);
    const report = await fuse(lake, { catalogue, ...options });
    const rows = await lake.engine.rows<FusedRow>(
      `SELECT * FROM DeviceNetworkEvents ORDER BY "EventId", "EndpointEventId", "Timestamp"`,
    );
    return { rows, report };
  });
}

/** 12 March 2026 at a time of day, UTC, as a row's datetime. */
export function at(time: string): string {
  return `2026-03-12T${time}Z`;
}

const serial = (): string => String(nextSerial()).padStart(6, '0');

/** A connection that Defender reported; ids are given in the order of making. */
export function event(facts: InlineRow = {}): InlineRow {
  return {
    EventId: `mde:${serial()}`,
    Timestamp: at('10:00:00'),
    DeviceName: 'ws-1',
    ActionType: 'ConnectionSuccess',
    Protocol: 'Tcp',
    LocalIP: '10.0.0.5',
    LocalPort: 50_000,
    RemoteIP: '203.0.113.10',
    RemotePort: 443,
    InitiatingProcessFileName: 'rclone.exe',
    InitiatingProcessAccountName: 'a.berg',
    ...facts,
  };
}

/** A flow that Zeek saw, of an established connection. */
export function flow(facts: InlineRow = {}): InlineRow {
  const id = `C${serial()}`;
  const starts = facts.FlowStart ?? at('10:00:00');
  return {
    EventId: `zeek:${id}`,
    FlowId: id,
    Timestamp: starts,
    FlowStart: starts,
    FlowEnd: starts,
    Protocol: 'tcp',
    LocalIP: '10.0.0.5',
    LocalPort: 50_000,
    RemoteIP: '203.0.113.10',
    RemotePort: 443,
    Direction: 'outbound',
    BytesSent: 1000,
    BytesReceived: 200,
    BytesSource: 'zeek-payload',
    Outcome: 'established',
    State: 'SF',
    ...facts,
  };
}

/** A name that something told. */
export function name(facts: InlineRow): InlineRow {
  return { Kind: 'tls', Timestamp: at('10:00:00'), ...facts };
}

/** A part that a flow log wrote: one direction or one interval of a connection. */
export function part(facts: InlineRow = {}): InlineRow {
  return flow({
    EventId: `vpc:${serial()}`,
    FlowId: '',
    BytesSent: null,
    BytesReceived: null,
    BytesSource: 'vpc-ip',
    State: 'ACCEPT',
    IsPart: true,
    ...facts,
  });
}

/** What another sensor tells of the same connection, by frames. */
export function frames(facts: InlineRow = {}): InlineRow {
  const id = serial();
  return flow({ EventId: `suricata:${id}`, FlowId: id, Sensor: 'edge', BytesSource: 'suricata-frame', ...facts });
}

/** The only row. */
export function only(rows: readonly FusedRow[]): FusedRow {
  if (rows.length !== 1) throw new Error(`${rows.length} rows where one is meant`);
  return rows[0] as FusedRow;
}

/** The row of a flow by its id. */
export function rowOf(rows: readonly FusedRow[], flow: InlineRow): FusedRow {
  return only(rows.filter((row) => row.EventId === flow.EventId));
}
