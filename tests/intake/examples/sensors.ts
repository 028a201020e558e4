import { flowRecord, ndjson, tlsRecord } from '../eveRecords.ts';

/** Suricata, and Zeek as Corelight's sensors send it. */
export const sensorExamples: Readonly<Record<string, string>> = {
  suricata: ndjson([flowRecord(), tlsRecord()]),
};
