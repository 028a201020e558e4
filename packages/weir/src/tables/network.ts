import { columns, type Table } from './column.ts';

/** Flows as sensors reported them, turned so that local is our side. One row a flow of one sensor. */
export const networkFlows: Table = {
  name: 'NetworkFlows',
  stored: [
    // Timestamp is the flow's start.
    ...columns('datetime', 'Timestamp FlowStart FlowEnd'),
    // tcp, udp, icmp…, lower case.
    ...columns('string', 'Protocol LocalIP'),
    ...columns('int', 'LocalPort'),
    ...columns('string', 'RemoteIP'),
    ...columns('int', 'RemotePort'),
    // outbound: the local side opened it; inbound: the remote side did; internal: both ends are ours, local opened it.
    ...columns('string', 'Direction'),
    // Payload bytes, counted, or estimated from packets with their headers (BytesSource); null is unknown.
    ...columns('long', 'BytesSent BytesReceived'),
    // IP-level counters where the sensor has them.
    ...columns('long', 'IpBytesSent IpBytesReceived PacketsSent PacketsReceived MissedBytes'),
    // By whom and what was counted: zeek-payload; zeek-partial from where Zeek met the connection on; suricata-frame,
    // nfdump-ip, … where the payload is an estimate.
    ...columns('string', 'BytesSource'),
    // established, failed (refused or unanswered) or unknown; State is the sensor's own word (SF, S0, REJ…).
    ...columns('string', 'Outcome State'),
    // Application protocol as the sensor saw it (ssl, http, quic, dns…).
    ...columns('string', 'AppProtocol'),
    // FlowId joins a sensor's own logs (Zeek's uid); CommunityId joins sensors.
    ...columns('string', 'FlowId CommunityId Sensor Site EventId'),
    // Who used the connection, where a proxy or firewall knows.
    ...columns('string', 'AccountName'),
    // Where a translator's interface logged the flow between a machine behind it and RemoteIP: the translator's own address,
    // which goes on there in the machine's name.
    ...columns('string', 'ThroughIP'),
    // A part of a connection (one direction, an interval): its counters add to those of the other parts.
    ...columns('bool', 'IsPart'),
  ],
  derived: [{ name: 'TimeGenerated', type: 'datetime', sql: '"Timestamp"' }],
};

/** DNS questions and answers as seen on the network or told by an endpoint. */
export const dnsEvents: Table = {
  name: 'DnsEvents',
  stored: [
    ...columns('datetime', 'Timestamp'),
    ...columns('string', 'ClientIP'),
    ...columns('int', 'ClientPort'),
    ...columns('string', 'ServerIP'),
    ...columns('int', 'ServerPort'),
    ...columns('string', 'QueryName QueryType ResponseCode'),
    // [{"data": "…", "ttl": seconds or null}] in the order of the answer.
    ...columns('dynamic', 'Answers'),
    ...columns('string', 'DeviceName FlowId Sensor Site EventId'),
  ],
  derived: [{ name: 'TimeGenerated', type: 'datetime', sql: '"Timestamp"' }],
};

/** Names that something told us for a connection or an address; fusion reads them and nobody else does. */
export const observedNames: Table = {
  name: 'ObservedNames',
  stored: [
    // tls, quic, http, proxy: a name seen inside one connection. dns: an answer that this client got. Of proxy, ServerIP
    // and ServerPort are where the proxy listens, or unknown.
    ...columns('string', 'Kind'),
    ...columns('datetime', 'Timestamp'),
    ...columns('string', 'FlowId'),
    ...columns('string', 'ClientIP'),
    ...columns('int', 'ClientPort'),
    // For dns the address that was answered, and no port.
    ...columns('string', 'ServerIP'),
    ...columns('int', 'ServerPort'),
    // Bare lower-case host name.
    ...columns('string', 'Host'),
    // dns: how long the answer holds, seconds; null where unknown.
    ...columns('long', 'TtlSeconds'),
    // http: what the client sent with it, a request's body; null where unknown.
    ...columns('long', 'BytesSent'),
    // The device that told it, for a Defender …Inspected row.
    ...columns('string', 'DeviceName Sensor Site'),
  ],
  derived: [],
};

/** Bodies and files that a sensor saw pass inside a connection; fusion reads them and nobody else does. Their sizes add up
 *  to a lower bound of the connection's payload. */
export const observedBodies: Table = {
  name: 'ObservedBodies',
  stored: [
    ...columns('datetime', 'Timestamp'),
    // The flow's, and what tells this body from the others in it.
    ...columns('string', 'FlowId BodyId Sensor Site'),
    ...columns('string', 'ClientIP'),
    ...columns('int', 'ClientPort'),
    ...columns('string', 'ServerIP'),
    ...columns('int', 'ServerPort'),
    // Sent by the client, or by the server; the other is null.
    ...columns('long', 'SentByClient SentByServer'),
  ],
  derived: [],
};
