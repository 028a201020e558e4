import { ticksPerDay, ticksPerSecond } from '@weir/kql/types';
import type { ReadableLake } from '../lake/lake.ts';

/** Bytes that left, by service, in bins of equal width aligned to 0001-01-01. */
export interface Timeline {
  /** The first bin's start and the last one's end, ticks. */
  readonly from: bigint;
  readonly until: bigint;
  readonly binTicks: bigint;
  /** In order of time; a bin in which a service had no connection has no bar. */
  readonly bars: readonly TimelineBar[];
}

export interface TimelineBar {
  /** The bin's start, ticks. */
  readonly start: bigint;
  /** `''` for hosts that the catalogue does not know. */
  readonly service: string;
  /** Null where no connection's bytes are known. */
  readonly bytesSent: bigint | null;
  readonly bytesKnown: number;
  readonly connections: number;
}

const minute = 60n * ticksPerSecond;
const hour = 60n * minute;
const widths = [minute, 5n * minute, 15n * minute, hour, 3n * hour, 6n * hour, ticksPerDay, 7n * ticksPerDay];
const mostBins = 120n;

/** The timeline of the lake's connections. A connection's bytes are counted in the bin in which its facts were complete,
 *  so a long upload shows where it ended. Null where there is none. */
export async function timeline({ engine }: ReadableLake): Promise<Timeline | null> {
  const [span] = await engine.rows<{ from: bigint | null; until: bigint | null }>(
    `SELECT min("EvidenceTime") AS "from", max("EvidenceTime") AS "until" FROM ${connections}`,
  );
  if (!span || span.from === null || span.until === null) return null;
  const binTicks = binWidth(span.from, span.until);
  const bars = await engine.rows<{ start: bigint; service: string; sent: string | null; known: bigint; all: bigint }>(
    `SELECT "EvidenceTime" // ${binTicks} * ${binTicks} AS "start", "Service" AS service,
            CAST(sum("BytesSent") AS VARCHAR) AS sent, count("BytesSent") AS known, count(*) AS "all"
     FROM ${connections} GROUP BY ALL ORDER BY "start", service`,
  );
  return {
    from: (span.from / binTicks) * binTicks,
    until: (span.until / binTicks + 1n) * binTicks,
    binTicks,
    bars: bars.map(({ start, service, sent, known, all }) => ({
      start,
      service,
      bytesSent: sent === null ? null : BigInt(sent),
      bytesKnown: Number(known),
      connections: Number(all),
    })),
  };
}

/** Connections that lead outside, those through a proxy once: on the client's row, not on the proxy's own leg. A row that
 *  only inspected or listened is none; over one that failed nothing left; one from outside did not lead there. */
const connections = `(
  SELECT "EvidenceTime", "Service", "BytesSent" FROM "DeviceNetworkEvents"
  WHERE "EvidenceTime" IS NOT NULL
    AND ("RemoteIPType" = 'Public' OR "Service" <> '' OR "RemoteHostSource" = 'proxy')
    AND "FusionRule" <> 'proxy-outer-leg' AND NOT ends_with("ActionType", 'Inspected') AND "ActionType" <> 'ListeningConnectionCreated'
    AND NOT contains("ActionType", 'Failed') AND NOT starts_with("ActionType", 'Inbound'))`;

/** The narrowest width that needs no more bins than a page can show. */
export function binWidth(from: bigint, until: bigint): bigint {
  const fitting = widths.find((width) => until / width - from / width < mostBins);
  if (fitting !== undefined) return fitting;
  const weeks = 7n * ticksPerDay;
  return ((until - from) / (mostBins - 1n) / weeks + 1n) * weeks;
}
