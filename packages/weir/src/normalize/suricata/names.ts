import { observedNames } from '../../tables/index.ts';
import { ignored, type Output } from '../mapping.ts';
import { bareHost } from '../sql/host.ts';
import type { Eve, Rules } from './columns.ts';

/** The name that a TLS or QUIC client asked for, the Host header, or the target of a CONNECT: that one names what is
 *  behind the proxy. */
export function nameStage({ text, member }: Eve): Record<string, string> {
  // HTTP/2 has the host among its headers.
  const headers = `TRY(from_json(${member('http', 'request_headers')}, '[{"name":"VARCHAR","value":"VARCHAR"}]'))::STRUCT(name VARCHAR, value VARCHAR)[]`;
  const authority = `list_filter((${headers}), lambda h: lower(h.name) = ':authority')[1].value`;
  const host = `coalesce(${member('http', 'hostname')}, ${authority})`;
  const connects = `upper(coalesce(${member('http', 'http_method')}, '')) = 'CONNECT'`;
  return {
    asked: `CASE ${text('event_type')} WHEN 'tls' THEN ${bareHost(member('tls', 'sni'))} WHEN 'quic' THEN ${bareHost(member('quic', 'sni'))}
      WHEN 'http' THEN coalesce(CASE WHEN ${connects} THEN ${bareHost(member('http', 'url'))} END, ${bareHost(host)})
      WHEN 'fileinfo' THEN ${bareHost(host)} END`,
    connects: `${text('event_type')} = 'http' AND ${connects}`,
  };
}

const isName = "kind IN ('tls', 'quic', 'http')";

export const nameRules: Rules = [
  ["kind = 'http' AND asked IS NULL", ignored('requests without a host tell Weir nothing')],
  [`${isName} AND asked IS NULL`, ignored('handshakes without a server name tell Weir nothing')],
];

/** What a request sent is told with its file. */
const isSent = "kind = 'fileinfo' AND by_client AND size > 0 AND asked IS NOT NULL";

export const nameOutput: Output = {
  table: observedNames,
  where: `${isName} OR (${isSent})`,
  columns: {
    Kind: "CASE WHEN connects THEN 'proxy' WHEN kind = 'fileinfo' THEN 'http' ELSE kind END",
    BytesSent: "CASE WHEN kind = 'fileinfo' THEN size END",
    Timestamp: 'ticks',
    FlowId: 'flow_key',
    ClientIP: 'source',
    ClientPort: 'source_port',
    ServerIP: 'destination',
    ServerPort: 'destination_port',
    Host: 'asked',
    Sensor: 'sensor',
  },
};
