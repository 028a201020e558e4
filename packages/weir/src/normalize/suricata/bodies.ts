import { observedBodies } from '../../tables/index.ts';
import { ignored, type Output, rejected } from '../mapping.ts';
import { counter } from '../sql/counter.ts';
import type { Eve, Rules } from './columns.ts';

/** Files that passed. The record's source is the file's sender, which for a download is the server. (`http.length` is
 *  always the answer's.) */
export function bodyStage({ member }: Eve): Record<string, string> {
  const command = member('ftp_data', 'command');
  const server = `TRY_CAST(${member('http', 'http_port')} AS INTEGER)`;
  return {
    size: counter(member('fileinfo', 'size')),
    // The server has the port that the request names; else FTP's command tells; else the server has the lesser port.
    by_client: `CASE WHEN ${server} = destination_port THEN true WHEN ${server} = source_port THEN false
      WHEN ${command} = 'STOR' THEN true WHEN ${command} = 'RETR' THEN false
      WHEN source_port <> destination_port THEN source_port > destination_port END`,
    body_key: `concat_ws('|', ${['tx_id', 'filename', 'start', 'sha256', 'state'].map((name) => member('fileinfo', name)).join(', ')})`,
  };
}

const isBody = "kind = 'fileinfo'";

export const bodyRules: Rules = [
  [`${isBody} AND size < 0`, rejected("the file's size is not a number from 0")],
  [`${isBody} AND coalesce(size, 0) = 0`, ignored('files of which nothing was seen tell Weir nothing')],
  [`${isBody} AND by_client IS NULL`, ignored('files of which it is not told which side sent them')],
];

const client = (own: string, other: string): string => `CASE WHEN by_client THEN ${own} ELSE ${other} END`;

export const bodyOutput: Output = {
  table: observedBodies,
  where: isBody,
  columns: {
    Timestamp: 'ticks',
    FlowId: 'flow_key',
    BodyId: "md5(concat_ws('|', ticks, source, source_port, size, body_key))",
    Sensor: 'sensor',
    ClientIP: client('source', 'destination'),
    ClientPort: client('source_port', 'destination_port'),
    ServerIP: client('destination', 'source'),
    ServerPort: client('destination_port', 'source_port'),
    SentByClient: 'CASE WHEN by_client THEN size END',
    SentByServer: 'CASE WHEN NOT by_client THEN size END',
  },
};
