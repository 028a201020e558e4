import { observedNames } from '../../tables/index.ts';
import { firstVerdict, ignored, type Mapping } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { bareHost } from '../sql/host.ts';
import { connectionRules, connectionStage } from './columns.ts';

const nameColumns = {
  Timestamp: 'ticks',
  FlowId: 'uid',
  ClientIP: 'origin',
  ClientPort: 'origin_port',
  ServerIP: 'responder',
  ServerPort: 'responder_port',
  Sensor: 'sensor',
};

/** The name that a TLS or QUIC client asked for. */
function serverNameMapping(kind: 'tls' | 'quic'): (raw: RawColumns) => Mapping {
  return (raw) => ({
    stage: { ...connectionStage(raw), server_name: bareHost(raw.text('server_name')) },
    verdict: firstVerdict([
      ['server_name IS NULL', ignored('handshakes without a server name tell Weir nothing')],
      ...connectionRules(),
    ]),
    outputs: [{ table: observedNames, columns: { ...nameColumns, Kind: `'${kind}'`, Host: 'server_name' } }],
  });
}

export const sslMapping = serverNameMapping('tls');
export const quicMapping = serverNameMapping('quic');

/** The Host header, or the target of a CONNECT: that one names what is behind the proxy. */
export function httpMapping(raw: RawColumns): Mapping {
  return {
    stage: {
      ...connectionStage(raw),
      host: bareHost(raw.text('host')),
      target: bareHost(raw.text('uri')),
      connects: `upper(coalesce(${raw.text('method')}, '')) = 'CONNECT'`,
    },
    verdict: firstVerdict([
      [
        'coalesce(host, CASE WHEN connects THEN target END) IS NULL',
        ignored('requests without a host tell Weir nothing'),
      ],
      ...connectionRules(),
    ]),
    outputs: [
      {
        table: observedNames,
        columns: {
          ...nameColumns,
          Kind: "CASE WHEN connects THEN 'proxy' ELSE 'http' END",
          Host: 'CASE WHEN connects THEN coalesce(target, host) ELSE host END',
        },
      },
    ],
  };
}
