import { rejected } from '../../mapping.ts';
import type { ProxyRequest } from '../request.ts';

/** SQL of the first of some W3C fields that has a value. */
export type Column = (...names: string[]) => string;

/** What ProxySG, TMG and WSA record of a request, by the names of their fields. `cs-bytes` is from the client, `sc-bytes`
 *  to it. */
export function proxyRequest(column: Column, software: string): Omit<ProxyRequest, 'time' | 'ticks' | 'timeIsEnd'> {
  const [action, status] = [
    column('s-action', 'x-resultcode-httpstatus', 'action'),
    column('sc-status', 'sc-http-status'),
  ];
  const [filter, exception] = [column('sc-filter-result'), column('x-exception-id')];
  const code = `TRY_CAST(coalesce(${status}, split_part(${action}, '/', 2)) AS INTEGER)`;
  // What `s-ip` is to a Cisco appliance is the server, and to ProxySG the proxy itself.
  const isCisco = /AsyncOS|IronPort/i.test(software);
  const origin = column('x-hierarchy-origin');
  return {
    milliseconds: column('time-taken', 'x-elapsed-time'),
    client: column('c-ip'),
    client_port: column('c-port'),
    account: column('cs-username', 'cs-userdn', 'cs-user'),
    target: `coalesce(${column('cs-url', 'cs-uri')}, ${targetOf(column)})`,
    peer: `coalesce(${column('r-ip', 's-supplier-ip')}, CASE WHEN starts_with(${origin}, 'DIRECT/') THEN substr(${origin}, 8) END)`,
    sent: column('cs-bytes'),
    received: column('sc-bytes'),
    state: `nullif(concat_ws('/', CASE WHEN ${filter} = 'DENIED' THEN ${filter} END, ${action}, ${status}), '')`,
    // Codes from 10000 are those of Windows' network, from 12000 of TMG's rules.
    refused: `(coalesce(${filter}, '') = 'DENIED' OR regexp_matches(coalesce(${action}, ''), '(?i)denied')
      OR regexp_matches(coalesce(${exception}, ''), 'denied|^dns_|^tcp_error|^authentication_failed') OR coalesce(${code}, 0) >= 10000)`,
    answered: `${code} BETWEEN 100 AND 499`,
    ...(!isCisco && { proxy: column('s-ip'), proxy_port: column('s-port') }),
    sensor: column('s-computername', 'x-bluecoat-appliance-name'),
    telling: [column('cs-method'), column('cs-uri-path'), column('cs-uri-query'), column('cs(user-agent)')],
  };
}

/** Where a value with a blank stood without quotes (`text/html charset=UTF-8`), all columns after it are of their
 *  neighbours, and no port is left where one should be. */
export function misplaced(column: Column): string {
  return `coalesce(NOT regexp_full_match(${column('cs-uri-port')}, '[0-9]+'), false)`;
}

export const shifted = rejected('the columns are shifted: a value with a blank is not in quotes');

/** What IIS records of a visit. */
export function serverRequest(column: Column): Omit<ProxyRequest, 'time' | 'ticks' | 'timeIsEnd'> {
  const [address, port, status] = [column('s-ip'), column('s-port'), column('sc-status')];
  const own = `CASE WHEN contains(${address}, ':') THEN '[' || ${address} || ']' ELSE ${address} END`;
  return {
    milliseconds: column('time-taken'),
    client: column('c-ip'),
    client_port: column('c-port'),
    account: column('cs-username'),
    target: `concat_ws(':', coalesce(${own}, ${column('s-computername')}, 'server'), ${port})`,
    sent: column('cs-bytes'),
    received: column('sc-bytes'),
    state: status,
    refused: 'false',
    answered: `TRY_CAST(${status} AS INTEGER) BETWEEN 100 AND 599`,
    sensor: column('s-computername'),
    telling: [column('cs-method'), column('cs-uri-stem'), column('cs-uri-query'), column('cs(user-agent)')],
  };
}

/** A URL of its parts. */
function targetOf(column: Column): string {
  const host = column('cs-host', 'cs-uri-host', 'r-host', 's-hostname');
  const bracketed = `CASE WHEN contains(${host}, ':') AND NOT starts_with(${host}, '[') THEN '[' || ${host} || ']' ELSE ${host} END`;
  const port = column('cs-uri-port', 'r-port');
  return `(coalesce(${column('cs-uri-scheme', 'cs-protocol')} || '://', '') || ${bracketed} || coalesce(':' || ${port}, ''))`;
}
