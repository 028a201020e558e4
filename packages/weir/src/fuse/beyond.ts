import type { Engine } from '../engine/engine.ts';

/** What the logs outside of the rows to fuse tell that decides about these: of a lake that goes on only a part is fused
 *  again. Each is SQL for a relation. */
export interface Beyond {
  /** (`DeviceName`, `DeviceId`): how endpoint rows spell devices. */
  readonly devices: string;
  /** (`event` BOOLEAN, `Site`, `Protocol`): what endpoint rows name, and what flows do. */
  readonly meetings: string;
  /** (text, port): where forward proxies listen. */
  readonly proxies: string;
  /** (`Site`, `LocalIP`, t, `DeviceName`, `DeviceId`): which device showed an address when, by its own clock. */
  readonly holders: string;
  /** (`device`, day, ticks, pairs, other): clocks (`fuse_offset`) that are known already, by the device's key (`deviceKey`). They
   *  stand, whatever the rows say. */
  readonly offsets: string;
  /** (teller, day, ticks, pairs), likewise: sensors' own clocks (`fuse_sensor_clock`). */
  readonly sensorClocks: string;
  /** (teller, `device`, day, ticks, pairs): how an endpoint's sensors write its clock (`fuse_endpoint_clock`), where all clocks
   *  are told (`FuseOptions.clocks`). */
  readonly endpointClocks: string;
  /** (`of` 'sensor' or 'endpoint', teller, rank): who tells best; who is not among them comes after them. */
  readonly tellers: string;
}

/** Nothing: all there is to know is in the rows. */
export const nothing: Beyond = {
  devices: `(SELECT '' AS "DeviceName", '' AS "DeviceId" LIMIT 0)`,
  meetings: `(SELECT true AS event, '' AS "Site", '' AS "Protocol" LIMIT 0)`,
  proxies: `(SELECT '' AS text, 0 AS port LIMIT 0)`,
  holders: `(SELECT '' AS "Site", '' AS "LocalIP", 0::BIGINT AS t, '' AS "DeviceName", '' AS "DeviceId" LIMIT 0)`,
  offsets: `(SELECT '' AS device, 0::BIGINT AS day, 0::BIGINT AS ticks, 0::BIGINT AS pairs, 0::BIGINT AS other LIMIT 0)`,
  endpointClocks: `(SELECT '' AS teller, '' AS device, 0::BIGINT AS day, 0::BIGINT AS ticks, 0::BIGINT AS pairs LIMIT 0)`,
  sensorClocks: `(SELECT '' AS teller, 0::BIGINT AS day, 0::BIGINT AS ticks, 0::BIGINT AS pairs LIMIT 0)`,
  tellers: `(SELECT '' AS "of", '' AS teller, 0 AS rank LIMIT 0)`,
};

/** Views `fuse_beyond_devices`, `fuse_beyond_meetings`, … over it; `more` is told as well. */
export async function showBeyond(engine: Engine, beyond: Beyond = nothing, more: Partial<Beyond> = {}): Promise<void> {
  const views = Object.entries(beyond).map(([name, relation]) => {
    const besides = more[name as keyof Beyond];
    const all = besides === undefined ? relation : `(FROM ${relation} UNION ALL BY NAME FROM ${besides})`;
    return `CREATE OR REPLACE TEMP VIEW fuse_beyond_${name} AS FROM ${all}`;
  });
  await engine.run(views.join('; '));
}
