import { unixEpochTicks } from '@weir/kql/types';
import { type Mapping, rejectedBy } from '../../mapping.ts';
import type { RawColumns } from '../../reading.ts';
import { epochSecondsTicks, isOfYear9000, isoTicks } from '../../sql/time.ts';
import { proxyMapping } from '../request.ts';

/** The names that feeds have for what Weir takes, the fields' own first. */
export const fieldNames = {
  time: ['time', 'datetime', 'devTime'],
  epoch: ['epochtime'],
  zone: ['tz'],
  user: ['login', 'elogin', 'user', 'usrName'],
  client: ['cip', 'cltip', 'clientip', 'src'],
  /** Where the client's own address is not visible to the cloud. */
  outside: ['cintip', 'cltintip', 'clientpublicip', 'srcPostNAT'],
  port: ['clt_sport', 'cltsourceport'],
  server: ['sip', 'serverip', 'dst'],
  host: ['ehost', 'host', 'hostname'],
  url: ['eurl', 'url'],
  protocol: ['proto', 'protocol', 'appproto'],
  method: ['reqmethod', 'requestmethod'],
  status: ['respcode', 'status', 'responsecode', 'statuscode'],
  action: ['action', 'cat'],
  sent: ['reqsize', 'requestsize', 'srcBytes'],
  received: ['respsize', 'responsesize', 'dstBytes'],
  record: ['recordid', 'event_id'],
  serverTime: ['stime', 'servertranstime'],
  clientTime: ['ctime', 'clienttranstime'],
  agent: ['eua', 'ua', 'useragent'],
} as const;

export type FieldName = keyof typeof fieldNames;
export const unknownSpellings = ['', '-', 'null', 'None', 'NA', 'N/A'];

/** Times have whole seconds and the zone of the feed's setting, UTC unless `tz` says otherwise; whether they are of the
 *  request's begin is not documented. `reqsize` is from the client, `respsize` to it. */
export function zscalerMapping(raw: RawColumns, field: (name: FieldName) => string): Mapping {
  const time = field('time');
  const clock = raw.once(`trim(regexp_replace(${time}, '\\s+(GMT|UTC)$', ''))`);
  const zone = `coalesce(${field('zone')}, 'GMT')`;
  const scheme = `CASE upper(${field('protocol')}) WHEN 'HTTP' THEN 'http://' WHEN 'HTTPS' THEN 'https://' WHEN 'FTP' THEN 'ftp://' ELSE '' END`;
  const url = `coalesce(${field('url')}, ${field('host')})`;
  const [action, status] = [field('action'), field('status')];
  return proxyMapping(
    {
      word: 'zscaler',
      stage: { zone, timed: `${field('epoch')} IS NOT NULL` },
      rules: [
        [
          `NOT timed AND zone NOT IN ('GMT', 'UTC')`,
          rejectedBy(
            `'the time is in the zone ' || left(zone, 60) || '; set the NSS feed to GMT, or add epochtime to it'`,
          ),
        ],
      ],
    },
    raw,
    {
      time: `coalesce(${field('epoch')}, ${time})`,
      ticks: `coalesce(${epochSecondsTicks(field('epoch'))}, CASE WHEN regexp_matches(${clock}, '^[A-Za-z]') THEN ${spelledTicks(clock)}
        ELSE ${isoTicks(clock)} END)`,
      timeIsEnd: false,
      client: `coalesce(${field('client')}, ${field('outside')})`,
      client_port: field('port'),
      account: field('user'),
      target: `CASE WHEN regexp_matches(${url}, '^[A-Za-z][A-Za-z0-9+.-]*://') THEN ${url} ELSE ${scheme} || ${url} END`,
      peer: field('server'),
      sent: field('sent'),
      received: field('received'),
      state: `concat_ws('/', ${action}, ${status})`,
      refused: `regexp_matches(${action}, '(?i)block|den(y|ied)|drop')`,
      answered: `TRY_CAST(${status} AS INTEGER) BETWEEN 100 AND 499`,
      telling: (['record', 'method', 'serverTime', 'clientTime', 'agent', 'outside'] as const).map(field),
    },
  );
}

/** Ticks of `Fri Dec 31 07:07:07 2021` and `Dec 31 2021 07:07:07`. */
function spelledTicks(text: string): string {
  const time = `try_strptime(${text}, ['%a %b %d %H:%M:%S %Y', '%b %d %Y %H:%M:%S'])`;
  return `CASE WHEN NOT ${isOfYear9000(text)} THEN epoch_us(${time}) * 10 + ${unixEpochTicks} END`;
}
