import { observedNames } from '../../tables/index.ts';
import { firstVerdict, ignored, type Mapping } from '../mapping.ts';
import { bareHost } from '../sql/host.ts';
import { connectionRules, connectionStage, type Fields } from './columns.ts';

export const nameColumns = {
  Timestamp: 'ticks',
  FlowId: 'uid',
  ClientIP: 'origin',
  ClientPort: 'origin_port',
  ServerIP: 'responder',
  ServerPort: 'responder_port',
  Sensor: 'sensor',
};

/** The name that a TLS or QUIC client asked for. */
function serverNameMapping(kind: 'tls' | 'quic'): (raw: Fields) => Mapping {
  return (raw) => ({
    stage: { ...connectionStage(raw), server_name: bareHost(raw.text('server_name')) },
    verdict: firstVerdict([
      ['server_name IS NULL', ignored('handshakes without a server name tell Weir nothing')],
      ...connectionRules,
    ]),
    outputs: [{ table: observedNames, columns: { ...nameColumns, Kind: `'${kind}'`, Host: 'server_name' } }],
  });
}

export const sslMapping = serverNameMapping('tls');
export const quicMapping = serverNameMapping('quic');
