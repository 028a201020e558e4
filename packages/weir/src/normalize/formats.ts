import { defenderRows } from './defender/rows.ts';
import { defenderStream } from './defender/stream.ts';
import { elastic } from './elastic/format.ts';
import type { Format } from './format.ts';
import { sysmonBeats } from './sysmon/beats.ts';
import { sysmonRows } from './sysmon/rows.ts';
import { sysmonXml } from './sysmon/xml.ts';
import { vmConnection } from './vmconnection/format.ts';
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
  sysmonRows,
  sysmonBeats,
  sysmonXml,
  elastic,
  vmConnection,
];
