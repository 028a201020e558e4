import type { RowFormat } from '../../rows.ts';
import { anyTicks } from '../../sql/time.ts';
import { proxyMapping } from '../request.ts';
import { type Column, misplaced, proxyRequest, shifted } from './columns.ts';

/** What the columns are called that a parser of Sentinel makes of ProxySG's lines. Their sizes are as the proxy sees
 *  them: what it sent went to the client. */
const renamed: Readonly<Record<string, string>> = {
  'sc-bytes': 'sent_bytes',
  'cs-bytes': 'received_bytes',
  'x-exception-id': 'exception_id',
  'cs(user-agent)': 'cs_user_agent',
};
const telling = ['c_ip', 'cs_host', 'cs_uri_port', 's_action', 'sent_bytes', 'received_bytes'];

/** `EventTime` and `TimeGenerated` are when a row was uploaded; `logTime` is the event. */
export const sentinelRows: RowFormat = {
  nameOf: (names) => (telling.every((name) => names.includes(name)) ? 'w3c proxysg-sentinel' : undefined),
  unknown: ['', '-', 'null'],
  mapping: (raw) => {
    const column: Column = (...names) => raw.text(...names.map((name) => renamed[name] ?? name.replaceAll('-', '_')));
    const time = raw.text('logTime', 'log_time');
    return proxyMapping(
      { word: 'w3c', stage: { misplaced: misplaced(column) }, rules: [['misplaced', shifted]] },
      raw,
      {
        ...proxyRequest(column, ''),
        sensor: raw.text('Computer', 'HostName'),
        time,
        ticks: anyTicks(time),
        timeIsEnd: true,
      },
    );
  },
};
