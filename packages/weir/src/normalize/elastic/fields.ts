import type { RawColumns } from '../reading.ts';
import { normalAddress } from '../sql/address.ts';
import { figure, measured } from '../sql/counter.ts';
import { bareHost, urlHost } from '../sql/host.ts';
import { isoTicks } from '../sql/time.ts';

/** What Weir takes from a document of the Elastic Common Schema, as a mapping's stage. */
export function ecsStage(raw: RawColumns): Record<string, string> {
  const text = (...names: string[]): string => `coalesce(${raw.dotted(...names)}, '')`;
  const number = (...names: string[]): string => `TRY_CAST(${raw.dotted(...names)} AS BIGINT)`;
  const counter = (...names: string[]): string => {
    const own = raw.dotted(...names);
    return measured(
      `CASE WHEN ${own} IS NOT NULL THEN greatest(coalesce(TRY_CAST(replace(${own}, ',', '') AS BIGINT), -1), -1) END`,
    );
  };
  /** Security Onion tells bytes under the role alone: Zeek's, as its module does at the ends. */
  const counterOf = (end: string, role: string): string =>
    `coalesce(${counter(`${end}.bytes`)}, CASE WHEN ${raw.dotted(`${role}.ip`)} = ${raw.dotted(`${end}.ip`)} THEN ${counter(`${role}.ip_bytes`)} END)`;
  const port = (name: string): string => `TRY_CAST(replace(${raw.dotted(name)}, ',', '') AS INTEGER)`;
  const process = (under: string, of: string): Record<string, string> => ({
    [`${under}name`]: text(`${of}.name`),
    [`${under}executable`]: text(`${of}.executable`),
    [`${under}pid`]: `TRY_CAST(replace(${raw.dotted(`${of}.pid`)}, ',', '') AS BIGINT)`,
    [`${under}entity`]: text(`${of}.entity_id`),
    [`${under}command`]: text(`${of}.command_line`),
    [`${under}start`]: isoTicks(raw.dotted(`${of}.start`)),
  });
  return {
    time_text: raw.dotted('@timestamp'),
    ticks: ecsTicks(raw.dotted('@timestamp')),
    start: ecsTicks(raw.dotted('event.start')),
    finish: ecsTicks(raw.dotted('event.end')),
    duration: `TRY_CAST(${raw.dotted('event.duration')} AS BIGINT) // 100`,
    // A text, or a list of them as JSON or as Discover joins them.
    category: text('event.category'),
    type: `${text('event.type')} || ' ' || ${text('type')}`,
    action: `lower(${text('event.action')})`,
    outcome: `lower(${text('event.outcome')})`,
    dataset: text('event.dataset', 'data_stream.dataset'),
    // The Agent's integrations leave the module out; their data sets are named by it: `aws.vpcflow`.
    module: `lower(coalesce(${raw.dotted('event.module')}, nullif(regexp_extract(${text('event.dataset', 'data_stream.dataset')}, '^([^.]+)[.]', 1), ''),
      ${text('agent.type', 'input.type')}))`,
    agent: `lower(${text('agent.type', 'beat.name')})`,
    event_key: text('event.id'),
    host_name: text('host.hostname', 'host.name', 'agent.hostname', 'agent.name'),
    host_id: text('host.id', 'agent.id'),
    // A list as JSON or as Discover joins it.
    host_ips: addresses(text('host.ip')),
    sensor: text('observer.name', 'observer.hostname', 'agent.name', 'host.name'),
    source_text: raw.dotted('source.ip'),
    bytes_text: raw.dotted('source.bytes', 'destination.bytes', 'client.ip_bytes', 'server.ip_bytes'),
    query_text: raw.dotted('dns.question.name'),
    name_text: raw.dotted('tls.client.server_name', 'url.domain', 'url.full', 'url.original'),
    source_ip: normalAddress(raw.dotted('source.ip')),
    source_port: port('source.port'),
    source_bytes: counterOf('source', 'client'),
    source_packets: figure(raw.dotted('source.packets')),
    destination_ip: normalAddress(raw.dotted('destination.ip')),
    destination_port: port('destination.port'),
    destination_bytes: counterOf('destination', 'server'),
    destination_packets: figure(raw.dotted('destination.packets')),
    direction: `lower(${text('network.direction')})`,
    transport: `lower(${text('network.transport', 'network.iana_number')})`,
    application: `lower(${text('network.protocol', 'network.application')})`,
    windows: raw.dotted('winlog.event_id', 'winlog.channel'),
    zeek_state: text('zeek.connection.state', 'connection.state'),
    community: text('network.community_id'),
    flow_key: text('flow.id'),
    session: text('fortinet.firewall.sessionid', 'panw.panos.flow_id'),
    firewall_type: `lower(${text('fortinet.firewall.type')})`,
    user_name: text('user.name'),
    source_user: text('source.user.name', 'user.name'),
    user_domain: text('user.domain'),
    user_id: text('user.id'),
    url: text('url.full', 'url.original', 'url.domain'),
    url_host: urlHost(raw.dotted('url.domain', 'url.full', 'url.original')),
    destination_domain: text('destination.domain'),
    server_name: bareHost(raw.dotted('tls.client.server_name')),
    query_name: bareHost(raw.dotted('dns.question.name')),
    query_type: text('dns.question.type'),
    response_code: text('dns.response_code'),
    answer_objects: raw.dotted('dns.answers'),
    resolved: raw.dotted('dns.resolved_ip'),
    ...process('process_', 'process'),
    ...process('parent_', 'process.parent'),
    sha1: text('process.hash.sha1'),
    sha256: text('process.hash.sha256'),
    md5: text('process.hash.md5'),
    original_name: text('process.pe.original_file_name'),
    company: text('process.pe.company'),
    product: text('process.pe.product'),
    description: text('process.pe.description'),
    integrity: text('process.Ext.token.integrity_level_name'),
    file_path: text('file.path'),
    file_name: text('file.name'),
    file_size: number('file.size'),
    file_origin: text('file.origin_url', 'file.Ext.windows.zone_identifier.host_url'),
    file_before: text('file.Ext.original.path'),
    file_name_before: text('file.Ext.original.name'),
    file_sha1: text('file.hash.sha1'),
    file_sha256: text('file.hash.sha256'),
    file_md5: text('file.hash.md5'),
  };
}

/** The normal addresses in a text, which most often are normal as they are. */
function addresses(text: string): string {
  const all = `regexp_extract_all(${text}, '[0-9A-Fa-f:.]+')`;
  return `CASE WHEN contains(${text}, ':') THEN list_transform(${all}, lambda address: ${normalAddress('address')}) ELSE ${all} END`;
}

/** ISO text; Kibana's exports write `Mar 10, 2026 @ 08:15:30.123` in the reader's own zone, which nobody can tell. */
function ecsTicks(text: string): string {
  return `CASE WHEN NOT contains(${text}, '@') THEN ${isoTicks(text)} END`;
}
