import type { RawColumns } from '../reading.ts';
import type { Eve } from './columns.ts';

/** Where Elastic's ingest pipeline for Suricata moves an EVE record's members; the others stay below `suricata.eve`. */
const moved: Readonly<Record<string, readonly string[]>> = {
  timestamp: ['@timestamp'],
  src_ip: ['source.ip', 'source.address'],
  src_port: ['source.port'],
  dest_ip: ['destination.ip', 'destination.address'],
  dest_port: ['destination.port'],
  proto: ['network.transport'],
  app_proto: ['network.protocol'],
  community_id: ['network.community_id'],
  host: ['observer.hostname'],
  'flow.start': ['event.start'],
  'flow.end': ['event.end'],
  'flow.bytes_toserver': ['source.bytes'],
  'flow.bytes_toclient': ['destination.bytes'],
  'flow.pkts_toserver': ['source.packets'],
  'flow.pkts_toclient': ['destination.packets'],
  'tls.sni': ['tls.client.server_name'],
  'http.hostname': ['url.domain', 'destination.domain'],
  'http.http_method': ['http.request.method'],
  'http.url': ['url.original'],
  'dns.rrname': ['dns.question.name'],
  'dns.rrtype': ['dns.question.type'],
  'dns.rcode': ['dns.response_code'],
  'dns.type': ['dns.type'],
  'dns.id': ['dns.id'],
  'fileinfo.size': ['file.size'],
  'fileinfo.filename': ['file.path'],
};

export function filebeatEve(raw: RawColumns): Eve {
  const read = (path: string): string => {
    const own = raw.dotted(`suricata.eve.${path}`);
    const elsewhere = moved[path];
    return elsewhere ? `coalesce(${own}, ${raw.dotted(...elsewhere)})` : own;
  };
  return {
    text: (...names) => (names.length === 1 ? read(names[0] ?? '') : `coalesce(${names.map(read).join(', ')})`),
    member: (object, path) => read(`${object}.${path}`),
  };
}
