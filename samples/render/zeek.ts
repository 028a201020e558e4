import { join } from 'node:path';
import { dateOf, decimalSeconds, type Micros, day as wholeDay } from '../time.ts';
import { type Frame, OrderedFile } from './orderedFile.ts';

/** Times and intervals are microseconds; null is unset. */
export type ZeekValue = string | number | boolean | null | readonly string[];
export type ZeekRow = Readonly<Record<string, ZeekValue>>;

type ZeekType =
  | 'time'
  | 'interval'
  | 'string'
  | 'addr'
  | 'port'
  | 'enum'
  | 'count'
  | 'bool'
  | `${'vector' | 'set'}[${string}]`;

const connection = 'ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port';

/** Fields of each log, in Zeek's order. */
const logs = {
  conn: `${connection} proto:enum service:string duration:interval orig_bytes:count resp_bytes:count conn_state:string local_orig:bool local_resp:bool missed_bytes:count history:string orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count tunnel_parents:set[string] ip_proto:count`,
  ssl: `${connection} version:string cipher:string curve:string server_name:string resumed:bool last_alert:string next_protocol:string established:bool ssl_history:string cert_chain_fps:vector[string] client_cert_chain_fps:vector[string] sni_matches_cert:bool`,
  quic: `${connection} version:string client_initial_dcid:string client_scid:string server_scid:string server_name:string client_protocol:string history:string`,
  dns: `${connection} proto:enum trans_id:count rtt:interval query:string qclass:count qclass_name:string qtype:count qtype_name:string rcode:count rcode_name:string AA:bool TC:bool RD:bool RA:bool Z:count answers:vector[string] TTLs:vector[interval] rejected:bool`,
  http: `${connection} trans_depth:count method:string host:string uri:string referrer:string version:string user_agent:string origin:string request_body_len:count response_body_len:count status_code:count status_msg:string info_code:count info_msg:string tags:set[enum] username:string password:string proxied:set[string] orig_fuids:vector[string] orig_filenames:vector[string] orig_mime_types:vector[string] resp_fuids:vector[string] resp_filenames:vector[string] resp_mime_types:vector[string]`,
} as const;

export type ZeekLogName = keyof typeof logs;

/** One of Zeek's logs, rotated by day: tab-separated on most days, JSON on the second of three, with the large
 *  ones compressed. */
export class ZeekLog {
  readonly #name: ZeekLogName;
  readonly #fields: readonly { readonly name: string; readonly type: ZeekType }[];
  readonly #firstDay: Micros;
  readonly file: OrderedFile;

  constructor(name: ZeekLogName, folder: string, firstDay: Micros, days: number) {
    this.#name = name;
    this.#firstDay = firstDay;
    this.#fields = logs[name].split(' ').map((field) => {
      const colon = field.indexOf(':');
      return { name: field.slice(0, colon), type: field.slice(colon + 1) as ZeekType };
    });
    this.file = new OrderedFile((day) => this.#frame(folder, day), firstDay, wholeDay, days);
  }

  /** Adds a row that the sensor writes at a moment; its day decides the file and so the form. */
  add(written: Micros, row: ZeekRow): void {
    this.file.add(written, this.#isJson(this.file.dayOf(written)) ? this.#json(row) : this.#tabbed(row));
  }

  #isJson(day: number): boolean {
    return day % 3 === 1;
  }

  #frame(folder: string, day: number): Frame {
    const start = this.#firstDay + day * wholeDay;
    const gzip = (day % 3 === 1 && this.#name === 'dns') || (day % 3 !== 0 && this.#name === 'conn');
    const path = join(folder, dateOf(start), `${this.#name}.log${gzip ? '.gz' : ''}`);
    if (this.#isJson(day)) return { path, gzip, head: '', tail: '' };
    const stamp = (at: Micros) => new Date(at / 1000).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
    const head = [
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      `#path\t${this.#name}`,
      `#open\t${stamp(start)}`,
      ['#fields', ...this.#fields.map((field) => field.name)].join('\t'),
      ['#types', ...this.#fields.map((field) => field.type)].join('\t'),
      '',
    ].join('\n');
    return { path, gzip, head, tail: `#close\t${stamp(start + wholeDay)}\n` };
  }

  #tabbed(row: ZeekRow): string {
    return `${this.#fields.map(({ name, type }) => tabbedValue(row[name] ?? null, type)).join('\t')}\n`;
  }

  #json(row: ZeekRow): string {
    const members: string[] = [];
    for (const { name, type } of this.#fields) {
      const value = row[name] ?? null;
      if (value !== null) members.push(`"${name}":${jsonValue(value, type)}`);
    }
    return `{${members.join(',')}}\n`;
  }
}

function tabbedValue(value: ZeekValue, type: ZeekType): string {
  if (value === null) return '-';
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value === 'number') return type === 'time' || type === 'interval' ? decimalSeconds(value) : String(value);
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  return value.length === 0 ? '(empty)' : value.join(',');
}

function jsonValue(value: ZeekValue, type: ZeekType): string {
  if (typeof value === 'number' && (type === 'time' || type === 'interval')) return decimalSeconds(value);
  if (Array.isArray(value) && type === 'vector[interval]') return `[${value.join(',')}]`;
  return JSON.stringify(value);
}
