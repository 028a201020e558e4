import { endpointConnections } from '../../tables/index.ts';
import type { Format } from '../format.ts';
import { firstVerdict, type Mapping, rejected } from '../mapping.ts';
import { numberedAmongEquals, type RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { isAddress, isInside, normalAddress } from '../sql/address.ts';
import { urlHost } from '../sql/host.ts';
import { anyTicks } from '../sql/time.ts';

/** Connections of phones and tablets as a mobile threat defence keeps them in Sentinel (BetterMTDNetflowLog_CL). */
export const mobileThreatDefence: Format = {
  id: 'mobile-threat-defence',
  title: 'Connections of mobile devices: Better MTD in Sentinel (JSON, CSV, Parquet)',
  gives: ['device', 'account', 'app, where the agent names it', 'host names, where the agent names them'],
  lacks: ['bytes', 'client port', 'whether an allowed connection was answered'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (telling.every((name) => names.includes(name)) ? 'mobile-threat-defence' : undefined),
      mapping: mobileMapping,
      unknown: ['', '-'],
    }),
};

const telling = ['SourceClient_s', 'Destination_s', 'Port_s', 'Status_s'];

function mobileMapping(raw: RawColumns): Mapping {
  const text = (...names: string[]): string => `coalesce(${raw.text(...names)}, '')`;
  // The row's own time may be in another zone than that of the connection.
  const time = raw.text('TimestampStart_t', 'TimestampStart_t [UTC]');
  // The network's public address and the device's own in it: `198.51.100.7 / 10.0.0.5`.
  const sides = `list_transform(string_split(${raw.text('SourceClient_s')}, '/'), lambda side: ${normalAddress('trim(side)')})`;
  return {
    stage: {
      time_text: time,
      ticks: anyTicks(time),
      device: text('DeviceName_s', 'UDID_g'),
      account: text('Username_s', 'Account_s'),
      app: text('AppName_s', 'AppIdentifier_s'),
      sides,
      remote: normalAddress(raw.text('Destination_s')),
      port: `TRY_CAST(${raw.text('Port_s')} AS INTEGER)`,
      protocol: `lower(${text('Scheme_s')})`,
      status: `lower(${text('Status_s')})`,
      url: text('Url_s', 'Host_s'),
    },
    facts: {
      known_sides: `list_filter(sides, lambda side: ${isAddress('side')})`,
      named: urlHost('url'),
    },
    verdict: firstVerdict([
      ['time_text IS NULL', rejected('the time of the connection (TimestampStart_t) is missing')],
      ['ticks IS NULL', rejected('the time of the connection (TimestampStart_t) cannot be read')],
      [`remote IS NULL AND url = ''`, rejected('the row names neither an address nor a host that was reached')],
    ]),
    outputs: [
      {
        table: endpointConnections,
        columns,
        from: (records) =>
          numberedAmongEquals(records, [
            'ticks',
            'device',
            'account',
            'app',
            'sides',
            'remote',
            'port',
            'protocol',
            'status',
            'url',
          ]),
      },
    ],
  };
}

const columns: Record<string, string> = {
  Timestamp: 'ticks',
  DeviceName: 'device',
  ActionType: `CASE WHEN status = 'blocked' THEN 'ConnectionFailed' ELSE 'ConnectionRequest' END`,
  LocalIP: `coalesce(list_filter(known_sides, lambda side: ${isInside('side')})[1], known_sides[1], '')`,
  RemoteIP: `coalesce(CASE WHEN ${isAddress('remote')} THEN remote END, '')`,
  RemotePort: 'port',
  RemoteUrl: 'url',
  RemoteHost: 'named',
  RemoteHostSource: `CASE WHEN named IS NOT NULL THEN 'endpoint' END`,
  Protocol: `upper(left(protocol, 1)) || substr(protocol, 2)`,
  InitiatingProcessFileName: 'app',
  InitiatingProcessAccountName: 'account',
  AccountName: 'account',
  EventId: `'mtd:' || content || '#' || ordinal`,
};
