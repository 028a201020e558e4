import type { Format } from '../format.ts';

/** Told by its first two bytes, and read by `readDatagrams`. */
export const netflow: Format = {
  id: 'netflow',
  title: 'NetFlow 5, NetFlow 9 and IPFIX: files of the datagrams that exporters sent',
  gives: [
    'IP bytes of each direction, in records of its own or of both (IPFIX biflow, firewalls)',
    'TCP flags, denied connections and dropped packets as outcome',
    'account and application where the exporter tells them',
  ],
  lacks: [
    'process, device, host names',
    'payload bytes: estimated from IP bytes and packets',
    'records whose template is in none of the inputs (give the files with the templates too, unpacked and in the same run)',
    'exact bytes where packets are sampled: multiplied, and marked as sampled; unknown where the interval is not told',
    'the time of a flow whose record has none: that of the export is taken',
  ],
  recognise: () => undefined,
};
