import type { RawColumns } from '../reading.ts';
import type { Given } from '../session/given.ts';
import { spelledTicks } from '../session/times.ts';
import { bareHost, urlHost } from '../sql/host.ts';
import { wholeToTicks } from '../sql/time.ts';

/** What an OCSF event says of a connection. A total of bytes alone, one way or both, says nothing of what went out. */
export function ocsfConnection(raw: RawColumns): Given {
  const text = (...names: string[]): string => raw.dotted(...names);
  return {
    facts: [
      {
        ocsf_class: text('class_uid'),
        ocsf_activity: `coalesce(${text('activity_id')}, '')`,
        ocsf_query: bareHost(text('query.hostname')),
        ocsf_started: text('start_time', 'start_time_dt'),
        ocsf_time: text('time', 'time_dt', 'metadata.original_time'),
        ocsf_ended: text('end_time', 'end_time_dt'),
        ocsf_process_created: text('actor.process.created_time_dt', 'actor.process.created_time'),
        ocsf_observed: observedHost(text('observables')),
      },
      {
        ocsf_first: 'coalesce(ocsf_started, ocsf_time)',
        // What is written when a connection closes is its end.
        ocsf_last: `coalesce(ocsf_ended, CASE WHEN ocsf_activity = '2' AND ocsf_started IS NOT NULL THEN ocsf_time END)`,
        ocsf_length: wholeToTicks(text('duration'), 'milliseconds'),
      },
      ...spelledTicks({ ocsf_starts: 'ocsf_first', ocsf_ends: 'ocsf_last', ocsf_created: 'ocsf_process_created' }),
    ],
    time: 'ocsf_first',
    starts: 'ocsf_starts',
    ends: `coalesce(ocsf_ends, CASE WHEN ocsf_length >= 0 THEN ocsf_starts + ocsf_length END)`,
    protocol: text('connection_info.protocol_name', 'connection_info.protocol_num'),
    source: text('src_endpoint.ip'),
    source_port: text('src_endpoint.port'),
    destination: text('dst_endpoint.ip'),
    destination_port: text('dst_endpoint.port'),
    sent: counted(text('traffic.bytes_out')),
    answered: counted(text('traffic.bytes_in')),
    packets_sent: counted(text('traffic.packets_out')),
    packets_answered: counted(text('traffic.packets_in')),
    counter: `'ocsf-bytes'`,
    action: text('disposition', 'action', 'activity_name', 'status'),
    outcome: outcomeOf(text),
    app: text('app_name', 'dst_endpoint.svc_name'),
    host: `coalesce(CASE WHEN ocsf_class = '4003' THEN ocsf_query END, ${[
      bareHost(text('tls.sni')),
      urlHost(text('http_request.url.hostname', 'http_request.url.url_string', 'http_request.url.text')),
      urlHost(text('url.hostname', 'url.url_string')),
      urlHost(text('dst_endpoint.hostname')),
      urlHost(text('dst_endpoint.domain')),
      'ocsf_observed',
    ].join(', ')})`,
    account: text('actor.user.name', 'actor.process.user.name', 'user.name'),
    sensor: text('device.hostname', 'device.name', 'metadata.product.name'),
    vendor: `'ocsf'`,
    session: text('connection_info.uid'),
    record: `concat_ws('|', ocsf_class, ocsf_activity, ${text('metadata.uid')})`,
    directed: `CASE ${text('connection_info.direction_id')} WHEN '1' THEN 'in' WHEN '2' THEN 'out' END`,
  };
}

/** What is counted when a connection opens is not yet a count. */
function counted(bytes: string): string {
  return `CASE WHEN ocsf_class = '4001' AND ocsf_activity = '1' THEN nullif(${bytes}, '0') ELSE ${bytes} END`;
}

/** Denied (action 2); blocked, dropped, reset, rejected and unauthorized (dispositions 2, 6, 21, 25 and 26); failed and
 *  refused. The activities of HTTP and DNS are others. */
function outcomeOf(text: (...names: string[]) => string): string {
  const words = `lower(concat_ws(' ', ${text('disposition')}, ${text('action')}, ${text('status_code')}))`;
  const disposed = `lower(coalesce(${text('disposition')}, ''))`;
  return `CASE WHEN ${text('action_id')} = '2' OR regexp_full_match(${text('disposition_id')}, '2|6|21|25|26')
      OR ${disposed} IN ('reset', 'unauthorized') OR regexp_matches(${words}, 'block|den(y|ied)|drop|reject|refuse') THEN 'failed'
    WHEN ocsf_class = '4001' AND ocsf_activity IN ('4', '5') THEN 'failed'
    WHEN ocsf_class = '4001' AND ${text('status_id')} = '2' THEN 'failed'
    WHEN ocsf_class = '4001' AND ocsf_activity IN ('1', '2') THEN 'established'
    WHEN ocsf_class = '4002' OR ${text('action_id')} = '1' OR ${text('disposition_id')} = '1'
      OR regexp_matches(${words}, 'allow|accept') THEN 'established' ELSE 'unknown' END`;
}

/** The one host name among the observables that is not the source's. */
function observedHost(observables: string): string {
  const all = `TRY(from_json(${observables}, '[{"name":"VARCHAR","type":"VARCHAR","type_id":"VARCHAR","value":"VARCHAR"}]'))`;
  const hosts = `list_filter(${all}, lambda o: (o.type_id = '1' OR lower(o.type) = 'hostname') AND NOT starts_with(coalesce(o.name, ''), 'src'))`;
  const names = `list_distinct(list_transform(${hosts}, lambda o: ${urlHost('o.value')}))`;
  return `CASE WHEN len(${names}) = 1 THEN (${names})[1] END`;
}
