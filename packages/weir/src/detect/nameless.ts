import type { Engine } from '../engine/engine.ts';
import type { Nameless } from '../model/scanResult.ts';
import { outbound } from '../tables/index.ts';

/** So many bytes are worth a look whatever else left, and so many where they are a tenth of it. */
const always = 100n * 1024n * 1024n;
const asTenth = 10n * 1024n * 1024n;

/** What the hunt shows is more than this. */
const hunted = 1_048_576;

/** What left for public addresses that nobody named and no service is known of, told where it is worth a look. As the hunt
 *  nameless-addresses has it: what one program of one device sent to one address, more than it received. */
export async function namelessOf(engine: Engine): Promise<Nameless | null> {
  const [all] = await engine.rows<{ sent: string | null }>(
    `SELECT CAST(sum("BytesSent") AS VARCHAR) AS sent FROM "DeviceNetworkEvents" WHERE ${outbound}`,
  );
  const [most] = await engine.rows<{ device: string; address: string; sent: string; total: string }>(
    `SELECT "DeviceName" AS device, "RemoteIP" AS address, CAST(sum("BytesSent") AS VARCHAR) AS sent,
       CAST(sum(sum("BytesSent")) OVER () AS VARCHAR) AS total
     FROM "DeviceNetworkEvents"
     WHERE ${outbound} AND "RemoteHost" = '' AND "Service" = '' AND ("RemoteIPType" = 'Public' OR "RemoteHostSource" = 'proxy')
     GROUP BY "DeviceName", "InitiatingProcessFileName", "RemoteIP"
     HAVING sum("BytesSent") > ${hunted} AND sum("BytesSent") > sum("BytesReceived")
     ORDER BY sum("BytesSent") DESC, device, address LIMIT 1`,
  );
  if (most === undefined || all === undefined || all.sent === null) return null;
  const [bytesSent, ofBytes] = [BigInt(most.total), BigInt(all.sent)];
  if (bytesSent < always && (bytesSent < asTenth || bytesSent * 10n < ofBytes)) return null;
  return { bytesSent, ofBytes, most: { device: most.device, address: most.address, bytesSent: BigInt(most.sent) } };
}
