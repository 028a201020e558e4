import type { Format } from '../format.ts';
import type { Mapping } from '../mapping.ts';
import { otherLog, otherText } from '../otherLogs.ts';
import { connectionMapping } from '../session/mapping.ts';
import { PairValues, pairsByQuotes } from '../session/pairs.ts';
import { whatFirewallsTell } from '../session/tells.ts';
import { recogniseTexts } from '../texts.ts';
import { cefConnection } from './fields.ts';
import { zoneAsOffset } from './zone.ts';

/** FortiGate's own log of pairs, as syslog or a file has it: traffic logs, and the inspections that name hosts. Running
 *  totals of a long session come again under its number; the last stays. */
export const fortinet: Format = {
  id: 'fortinet',
  title:
    'FortiGate traffic and inspection logs in Fortinet\'s own form (date=… devname=… type="traffic"), or its CSV (date=…,time=…)',
  gives: [...whatFirewallsTell, 'bytes in both directions, of IP packets; payload where packets are counted too'],
  lacks: ['process'],
  recognise: (sample) =>
    recogniseTexts(sample, {
      nameOf: (texts) => {
        const records = texts.filter((text) => isRecord.every((sign) => sign.test(text)));
        return records.length * 2 > texts.length ? 'fortinet' : undefined;
      },
      mapping: (text) => fortinetMapping(text),
    }),
};

const isRecord = [
  /(?:^|[\s>,])type="?[a-z-]+"?(?:[ ,]|$)/,
  /(?:^|[\s>,])(?:devid|devname|logid)=/,
  /(?:^|[\s>])(?:eventtime|date)=/,
];

/** Fortinet's own names of what its CEF has under these keys. */
const ownKeys: Readonly<Record<string, readonly string[]>> = {
  FTNTFGTduration: ['duration'],
  FTNTFGTeventtime: ['eventtime'],
  FTNTFGThostname: ['hostname'],
  FTNTFGTrcvdpkt: ['rcvdpkt'],
  FTNTFGTsentpkt: ['sentpkt'],
  FTNTFGTutmaction: ['utmaction'],
  act: ['action'],
  FTNTFGTapp: ['app'],
  app: ['service'],
  destinationTranslatedAddress: ['tranip'],
  deviceExternalId: ['devid'],
  dpt: ['dstport'],
  dst: ['dstip'],
  duser: ['unauthuser'],
  dvchost: ['devname'],
  externalId: ['sessionid'],
  in: ['rcvdbyte'],
  out: ['sentbyte'],
  proto: ['proto'],
  request: ['url'],
  spt: ['srcport'],
  src: ['srcip'],
  suser: ['user'],
};

/** A line of `set format csv`, whose pairs commas part, with blanks for those outside of quotes. */
function withBlanks(text: string): string {
  const pieces = `list_transform(string_split(${text}, '"'), lambda piece, place: CASE WHEN place & 1 = 1 THEN replace(piece, ',', ' ') ELSE piece END)`;
  return `CASE WHEN regexp_matches(${text}, '(?:^|[\\s>])date=[0-9-]+,time=[0-9:]+,') THEN list_aggregate(${pieces}, 'string_agg', '"') ELSE ${text} END`;
}

function fortinetMapping(text: string): Mapping {
  const values = new PairValues(pairsByQuotes('weir_blanked'));
  const local = `${values.value('date')} || ' ' || ${values.value('time')}`;
  const zone = zoneAsOffset(values.value('tz'), local);
  const own = (key: string): readonly string[] => ownKeys[key] ?? [];
  const given = cefConnection({
    vendor: `'Fortinet'`,
    product: `'Fortigate'`,
    eventClass: `''`,
    name: `coalesce(${values.value('type')}, '')`,
    value: (...keys) => {
      if (keys.includes('FTNTFGTtz')) return zone.value;
      const found = keys.flatMap(own);
      return found.length > 0 ? values.value(...found) : 'NULL::VARCHAR';
    },
    received: local,
    verbatim: true,
  });
  const unused = `CASE WHEN ${values.value('type')} IS NULL THEN ${otherText('weir_is_other', 'texts that are no FortiGate logs; give Weir logs of other forms as files of their own')} ELSE ${given.unused} END`;
  const mapping = connectionMapping({ ...given, unused });
  return {
    ...mapping,
    pieces: [
      { weir_blanked: withBlanks(text) },
      ...values.pieces,
      { weir_is_other: otherLog(text, `(${values.value('type')} IS NOT NULL)`) },
      ...zone.pieces,
      ...mapping.pieces,
    ],
  };
}
