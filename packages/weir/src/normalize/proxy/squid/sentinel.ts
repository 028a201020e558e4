import { ignored } from '../../mapping.ts';
import type { RowFormat } from '../../rows.ts';
import { anyTicks } from '../../sql/time.ts';
import { squidMapping } from './mapping.ts';

/** The table that a collector of Sentinel parses Squid's log into, with its misspelt column; lines of cache.log are in it
 *  too. Their time is the event's; `TimeGenerated` is when they were uploaded. Real tables end their columns' names with
 *  their types. */
export const sentinelRows: RowFormat = {
  nameOf: (names) => {
    const has = (name: string): boolean => names.some((own) => own.replace(/_[sdt]$/, '') === name);
    return ['ResultCode', 'PeerStatus', 'SrcIpAddr', 'Url'].every(has) ? 'squid sentinel' : undefined;
  },
  unknown: ['', '-', 'null'],
  mapping: (raw) => {
    const column = (...names: string[]): string =>
      raw.text(...names.flatMap((name) => [name, `${name}_s`, `${name}_d`]));
    const time = raw.text('EventTime [UTC]', 'EventTime', 'EventTime_t', 'EventTime_t [UTC]', 'EventTime_s');
    const url = column('Url');
    return squidMapping(
      raw,
      {
        time,
        ticks: anyTicks(time),
        milliseconds: column('Duration'),
        client: column('SrcIpAddr'),
        user: column('Username'),
        method: column('RequstMethod', 'RequestMethod'),
        url,
        result: column('ResultCode'),
        status: column('StatusCode'),
        hierarchy: column('PeerStatus'),
        peer: column('PeerHost'),
        received: column('Bytes'),
        sensor: column('Computer'),
      },
      {},
      [[`squid_result = '' AND squid_url = ''`, ignored("lines of Squid's cache.log, which tell of no requests")]],
    );
  },
};
