import { asim } from './asim/format.ts';
import { defenderRows } from './defender/rows.ts';
import { defenderStream } from './defender/stream.ts';
import { cef } from './firewall/cef.ts';
import { commonSecurityLog } from './firewall/commonSecurityLog.ts';
import { fortinet } from './firewall/fortinet.ts';
import { paloAlto } from './firewall/paloAlto.ts';
import type { Format } from './format.ts';
import { ocsf } from './ocsf/format.ts';
import { weirRows } from './weir/rows.ts';
import { zeekJson } from './zeek/json.ts';
import { zeekText } from './zeek/text.ts';

/** The formats that Weir reads, in the order in which a file is tried: what Weir wrote itself has Microsoft's columns
 *  too. */
export const formats: readonly Format[] = [
  zeekText,
  zeekJson,
  defenderStream,
  weirRows,
  defenderRows,
  commonSecurityLog,
  cef,
  fortinet,
  paloAlto,
  asim,
  ocsf,
];
