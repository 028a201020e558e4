import { ignored, type Mapping, rejected } from '../../mapping.ts';
import type { RawColumns } from '../../reading.ts';
import { syslogMessage } from '../../sql/syslog.ts';
import { epochSecondsTicks } from '../../sql/time.ts';
import { proxyMapping } from '../request.ts';
import { commonForm, known, lineFields, nativeFields, ownField, sensorOf } from './lines.ts';
import { squidAnswered, squidPeer, squidRefused, squidUser } from './words.ts';

/** Why a line among those of a form has no row. */
const otherLine = rejected("not a line of the same layout as the first ones; Squid's layout must not change in a file");

interface SquidLine {
  readonly time: string;
  readonly ticks: string;
  readonly milliseconds?: string;
  readonly client: string;
  readonly client_port?: string;
  readonly user: string;
  readonly method: string;
  readonly url: string;
  readonly name?: string;
  readonly result: string;
  readonly status: string;
  readonly hierarchy: string;
  readonly peer?: string;
  readonly sent?: string;
  readonly received: string;
  readonly proxy?: string;
  readonly proxy_port?: string;
  readonly sensor: string;
}

export function squidMapping(
  raw: RawColumns,
  line: SquidLine,
  stage: Record<string, string>,
  rules: [condition: string, verdict: string][],
): Mapping {
  const { result, status, hierarchy } = line;
  return proxyMapping(
    {
      word: 'squid',
      stage: { ...stage, squid_result: `coalesce(${result}, '')`, squid_url: `coalesce(${line.url}, '')` },
      rules: [
        ...rules,
        ["starts_with(squid_result, 'UDP_')", ignored('questions of one cache to another (ICP) carry no content')],
        ["starts_with(squid_url, 'cache_object:')", ignored("questions to Squid's own cache manager")],
      ],
    },
    raw,
    {
      ...line,
      timeIsEnd: true,
      account: squidUser(line.user),
      target: line.name === undefined ? line.url : namedTarget(line.url, line.name),
      peer: line.peer === undefined ? 'NULL::VARCHAR' : squidPeer(hierarchy, line.peer),
      state: `concat_ws('/', ${result}, ${status})`,
      refused: squidRefused(result, status, hierarchy),
      answered: squidAnswered(status),
      telling: [line.method, line.url, hierarchy],
    },
  );
}

/** A CONNECT to an address, as intercepted connections have it, is named by what TLS asked for. */
function namedTarget(url: string, name: string): string {
  const address = '^(?:[0-9.]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]+)$';
  return `CASE WHEN ${name} IS NOT NULL AND regexp_matches(${url}, '${address}')
    THEN ${name} || regexp_extract(${url}, '${address}', 1) ELSE ${url} END`;
}

/** Lines of the `squid` form. */
export function nativeMapping(text: string, raw: RawColumns): Mapping {
  const { isLine, fields } = nativeFields(raw.once(syslogMessage(text)), raw);
  const field = (name: string): string => raw.once(known(fields[name as keyof typeof fields]));
  return squidMapping(
    raw,
    {
      ...fieldsOf(field),
      ticks: epochSecondsTicks(field('time')),
      milliseconds: field('milliseconds'),
      peer: field('peer'),
      sensor: sensorOf(text, raw),
    },
    { is_line: isLine },
    [['NOT is_line', otherLine]],
  );
}

/** Lines of the `common` and `combined` forms: local time with its offset, and no duration. */
export function commonMapping(text: string, raw: RawColumns): Mapping {
  const line = raw.once(lineFields(syslogMessage(text), commonForm));
  const field = (name: string): string => known(`${line}.${name}`);
  const time = `try_strptime(${line}.time, '%d/%b/%Y:%H:%M:%S %z')`;
  return squidMapping(
    raw,
    {
      ...fieldsOf(field),
      ticks: epochSecondsTicks(`(epoch_us(${time}) / 1000000)`),
      sensor: sensorOf(text, raw),
    },
    { is_line: `${line}.result <> ''` },
    [['NOT is_line', otherLine]],
  );
}

function fieldsOf(field: (name: string) => string) {
  return {
    time: field('time'),
    client: field('client'),
    user: field('user'),
    method: field('method'),
    url: field('url'),
    result: field('result'),
    status: field('status'),
    hierarchy: field('hierarchy'),
    received: field('received'),
  };
}

/** Lines of the layout that Weir recommends. */
export function ownMapping(text: string, raw: RawColumns): Mapping {
  const message = raw.once(syslogMessage(text));
  const field = (name: Parameters<typeof ownField>[1]): string => known(ownField(message, name));
  const [status, peer] = [field('status'), field('peer')];
  return squidMapping(
    raw,
    {
      time: field('ts'),
      ticks: epochSecondsTicks(field('ts')),
      milliseconds: field('dur'),
      client: field('client'),
      client_port: field('cport'),
      user: field('user'),
      method: field('method'),
      url: field('url'),
      name: field('sni'),
      result: `split_part(${status}, '/', 1)`,
      status: `split_part(${status}, '/', 2)`,
      hierarchy: `split_part(${peer}, '/', 1)`,
      peer: `split_part(${peer}, '/', 2)`,
      sent: field('sent'),
      received: field('received'),
      proxy: field('proxy'),
      proxy_port: field('pport'),
      sensor: sensorOf(text, raw),
    },
    { is_line: `${field('ts')} IS NOT NULL AND ${status} IS NOT NULL` },
    [['NOT is_line', otherLine]],
  );
}
