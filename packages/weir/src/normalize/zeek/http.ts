import { observedBodies, observedNames } from '../../tables/index.ts';
import { firstVerdict, ignored, type Mapping } from '../mapping.ts';
import { figure } from '../sql/counter.ts';
import { bareHost } from '../sql/host.ts';
import { connectionRules, connectionStage, type Fields, type Vector } from './columns.ts';
import { nameColumns } from './names.ts';

/** The Host header, or the target of a CONNECT: that one names what is behind the proxy. And what a request sent, which
 *  beside conn.log adds nothing, but without it is all that is known of the bytes. */
export function httpMapping(raw: Fields, vector: Vector): Mapping {
  return {
    stage: {
      ...connectionStage(raw),
      host: bareHost(raw.text('host')),
      target: bareHost(raw.text('uri')),
      connects: `upper(coalesce(${raw.text('method')}, '')) = 'CONNECT'`,
      request_body: figure(raw.text('request_body_len')),
      request_depth: `coalesce(${raw.text('trans_depth')}, '')`,
      request_files: `coalesce(${vector(raw.text('orig_fuids'))}, [])`,
    },
    verdict: firstVerdict([
      [`NOT (${named}) AND NOT (${hasBody})`, ignored('requests without a host tell Weir nothing')],
      ...connectionRules,
    ]),
    outputs: [
      {
        table: observedNames,
        where: named,
        columns: {
          ...nameColumns,
          Kind: "CASE WHEN connects THEN 'proxy' ELSE 'http' END",
          Host: 'CASE WHEN connects THEN coalesce(target, host) ELSE host END',
          BytesSent: 'CASE WHEN NOT connects THEN request_body END',
        },
      },
      { table: observedBodies, alongside: 'always', where: hasBody, columns: bodyColumns },
    ],
  };
}

const named = 'coalesce(host, CASE WHEN connects THEN target END) IS NOT NULL';

/** A body of several files is left to files.log, where each is one; one file has there the same id. */
const hasBody = 'coalesce(request_body > 0, false) AND len(request_files) <= 1';

const bodyColumns = {
  Timestamp: 'ticks',
  FlowId: 'uid',
  BodyId: "coalesce(request_files[1], concat('http:', request_depth, '@', ticks))",
  Sensor: 'sensor',
  ClientIP: 'origin',
  ClientPort: 'origin_port',
  ServerIP: 'responder',
  ServerPort: 'responder_port',
  SentByClient: 'request_body',
};
