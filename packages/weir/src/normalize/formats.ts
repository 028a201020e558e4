import { awsVpc } from './aws/vpc.ts';
import { azureAnalytics } from './azure/analytics.ts';
import { azureFlowLogs } from './azure/tuples.ts';
import { defenderRows } from './defender/rows.ts';
import { defenderStream } from './defender/stream.ts';
import type { Format } from './format.ts';
import { netflow } from './netflow/netflow.ts';
import { nfdump } from './nfdump/nfdump.ts';
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
  nfdump,
  awsVpc,
  azureFlowLogs,
  azureAnalytics,
  netflow,
];
