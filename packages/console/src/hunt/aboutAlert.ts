import type { Alert } from '../api/types.ts';

/** The connections that an alert is about, and those around them, as a query to go on with. */
export function aboutAlert({ finding }: Alert): string {
  const { device, process, destination } = finding.entities;
  const { firstSeen, lastSeen, service } = finding;
  const is = (column: string, value: string) => (value === '' ? [] : [`| where ${column} =~ ${kqlText(value)}`]);
  return `${[
    'DeviceNetworkEvents',
    `| where Timestamp between (datetime(${firstSeen}) - 1h .. datetime(${lastSeen}) + 1h)`,
    ...is('DeviceName', device),
    ...is('InitiatingProcessFileName', process),
    service === '' && destination !== '' ? is('RemoteHost', destination)[0] : is('Service', service)[0],
    '| project Timestamp, DeviceName, AccountName, InitiatingProcessFileName, RemoteHost, RemoteIP, RemotePort, BytesSent, BytesReceived, Service',
    '| sort by Timestamp asc',
  ]
    .filter((line) => line !== undefined)
    .join('\n')}\n`;
}

/** A text as KQL writes it: nothing in it ends it. */
export function kqlText(value: string): string {
  const escaped = value.replace(/[\\"'\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    character === '\\' || character === '"'
      ? `\\${character}`
      : [...character.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );
  return `"${escaped}"`;
}
