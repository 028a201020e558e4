import { isIP } from 'node:net';
import { RequestError } from './problem.ts';

/** Refuses a request that came under a name which is not ours: by a name that it makes point here (DNS rebinding) a page of
 *  somebody else's would be of our origin. An address is no name, and what this machine calls itself cannot be rebound.
 *  @throws RequestError 421 */
export function checkHost(host: string, names: ReadonlySet<string>): void {
  const name = /^(?:\[([0-9a-fA-F:.]+)\]|([^:@/\\\s]+))(?::\d{1,5})?$/.exec(host);
  const six = name?.[1];
  const other = name?.[2]?.toLowerCase().replace(/\.$/, '');
  if (six !== undefined && isIP(six) === 6) return;
  if (other !== undefined && (isIP(other) === 4 || other === 'localhost' || names.has(other))) return;
  throw new RequestError(
    421,
    'HOST_UNKNOWN',
    'Host',
    'the request is for a name under which this service is not reached',
    'Ask by address, or add the name to hostNames in weir.yaml.',
  );
}
