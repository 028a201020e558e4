import type { Format } from '../format.ts';
import { firstVerdict, ignored, type Mapping, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { syslogMessage, withoutSyslog } from '../sql/syslog.ts';
import { epochSecondsTicks } from '../sql/time.ts';
import { recogniseTexts } from '../texts.ts';
import { proxyMapping } from './request.ts';
import { known, type LineForm, lineFields, sensorOf } from './squid/lines.ts';
import { squidAnswered, squidPeer } from './squid/words.ts';

/** Squid's line with what a Cisco appliance adds: the decision with its policies, and the verdicts of its scanners in
 *  angle brackets. A user may stand in quotes; `Info: ` comes from the appliance's own syslog. */
const form: LineForm = {
  pattern: `^(?:Info: )? *([0-9]{1,10}[.][0-9]{3}) +(-?[0-9]+) ([^ ]+) ([A-Z][A-Z_]*)/([0-9]{3}|-) ([0-9]+|-) ([^ ]+) ([^ ]+) ("[^"]*"|[^ ]+) ([A-Z][A-Z_]*)/([^ ]+) ([^ ]+) ([A-Z][A-Z0-9_]*)-[^<]*<`,
  fields: [
    ...['time', 'milliseconds', 'client', 'result', 'status', 'received', 'method', 'url', 'user', 'hierarchy', 'peer'],
    ...['type', 'decision'],
  ],
};
const line = new RegExp(form.pattern);

/** The access log of Cisco's Web Security Appliance (Secure Web Appliance, once IronPort). */
export const wsa: Format = {
  id: 'wsa',
  title: 'Cisco Web Security Appliance access logs',
  gives: ['host names that clients asked for', 'account, where the appliance authenticates', 'bytes to the client'],
  lacks: ['process', 'device', 'bytes from the client (W3C logs with cs-bytes have them)', 'client port'],
  recognise: (sample) =>
    recogniseTexts(sample, {
      nameOf: (texts) =>
        texts.filter((text) => line.test(withoutSyslog(text))).length * 2 > texts.length ? 'wsa accesslog' : undefined,
      mapping,
    }),
};

function mapping(text: string, raw: RawColumns): Mapping {
  const message = raw.once(syslogMessage(text));
  const fields = raw.once(lineFields(message, form));
  const field = (name: string): string => known(`${fields}.${name}`);
  const [result, status, decision] = [field('result'), field('status'), field('decision')];
  const kept = `(contains(${result}, 'DENIED') OR regexp_matches(${decision}, '^(BLOCK|DROP|DENY)'))`;
  // What was blocked when the answer came had been sent by then.
  const onAnswer = `contains(coalesce(${decision}, ''), '_RESP')`;
  return proxyMapping(
    {
      word: 'wsa',
      stage: { message, is_line: `${fields}.time <> ''` },
      rules: [['NOT is_line', notALine]],
    },
    raw,
    {
      time: field('time'),
      ticks: epochSecondsTicks(field('time')),
      timeIsEnd: true,
      milliseconds: field('milliseconds'),
      client: field('client'),
      account: `nullif(trim(${field('user')}, '"'), '-')`,
      target: field('url'),
      peer: squidPeer(field('hierarchy'), field('peer')),
      received: field('received'),
      state: `concat_ws('/', ${result}, ${status})`,
      refused: `${kept} AND NOT ${onAnswer}`,
      answered: `${squidAnswered(status)} AND NOT ${kept}`,
      sensor: sensorOf(text, raw),
      telling: [field('method'), decision],
    },
  );
}

const notALine = firstVerdict([
  [`contains(message, 'test message')`, ignored('test messages of the appliance')],
  [
    `regexp_matches(message, '[0-9]{9,10}[.][0-9]{3} [0-9]+ ')`,
    rejected('a line of a W3C log, whose columns only a file with its #Fields line tells; give Weir such a file'),
  ],
  ['true', rejected('not a line of the access log')],
]);
