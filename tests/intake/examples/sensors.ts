import { flowRecord, ndjson, tlsRecord } from '../eveRecords.ts';

const row = { TimeGenerated: '2026-03-10T08:15:30.25Z', Type: 'Corelight_v2_conn_CL', uid_s: 'CAbc', proto_s: 'tcp' };
const ends = { id_orig_h_s: '10.0.0.5', id_orig_p_d: 50001, id_resp_h_s: '203.0.113.9', id_resp_p_d: 443 };
/** A row of Corelight's table in a workspace. */
export const corelightRow = {
  ...row,
  ...ends,
  orig_bytes_d: 7,
  resp_bytes_d: 0,
  conn_state_s: 'SF',
  local_orig_b: true,
};

/** Suricata, and Corelight's tables. */
export const sensorExamples: Readonly<Record<string, string>> = {
  suricata: ndjson([flowRecord(), tlsRecord()]),
  corelight: ndjson([corelightRow]),
};
