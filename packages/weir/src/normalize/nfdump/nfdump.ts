import type { Format } from '../format.ts';
import { recogniseTexts } from '../texts.ts';
import { recogniseNfdumpRows } from './rows.ts';
import { nfdumpText } from './text.ts';

/** What nfdump writes of the NetFlow and IPFIX that nfcapd collected. */
export const nfdump: Format = {
  id: 'nfdump',
  title: 'nfdump output: CSV (1.6, 1.7), JSON, NDJSON, and line, long and extended text',
  gives: ['IP bytes of each direction, each in records of its own (of both in one with -b)', 'TCP flags as outcome'],
  lacks: [
    'process',
    'device',
    'host names',
    'payload bytes: estimated from IP bytes and packets',
    'the time zone: times are taken for UTC, so run nfdump with TZ=UTC; CSV has whole seconds',
    'exact counters in text with scaled figures (6.4 M): marked as rounded; write CSV',
  ],
  recognise: (sample) => recogniseNfdumpRows(sample) ?? recogniseTexts(sample, nfdumpText),
};
