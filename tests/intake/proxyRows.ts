import { networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import type { Taken } from './intake.ts';

/** The flows of proxies as tests look at them. */
export function flows({ rows }: Taken, more = ''): Promise<string[]> {
  const begun = 'make_timestamp((("Timestamp" - 621355968000000000) // 10)::BIGINT)';
  const columns = `${begun}, ("FlowEnd" - "FlowStart") // 10000, "LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Direction",
    "BytesSent", "BytesReceived", "Outcome", "State", "AccountName"`;
  return rows(networkFlows, `${columns}${more}`);
}

export function names({ rows }: Taken): Promise<string[]> {
  return rows(observedNames, '"Kind", "ClientIP", "ClientPort", "ServerIP", "ServerPort", "Host"');
}
