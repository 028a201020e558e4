import { argus } from './argus/argus.ts';
import { asim } from './asim/format.ts';
import { awsVpc } from './aws/vpc.ts';
import { azureAnalytics } from './azure/analytics.ts';
import { azureFlowLogs } from './azure/tuples.ts';
import { defenderRows } from './defender/rows.ts';
import { defenderStream } from './defender/stream.ts';
import { elastic } from './elastic/format.ts';
import { cef } from './firewall/cef.ts';
import { commonSecurityLog } from './firewall/commonSecurityLog.ts';
import { fortinet } from './firewall/fortinet.ts';
import { paloAlto } from './firewall/paloAlto.ts';
import type { Format } from './format.ts';
import { mobileThreatDefence } from './mobile/betterMtd.ts';
import { netflow } from './netflow/netflow.ts';
import { nfdump } from './nfdump/nfdump.ts';
import { ocsf } from './ocsf/format.ts';
import { squid } from './proxy/squid/squid.ts';
import { umbrella } from './proxy/umbrella/umbrella.ts';
import { w3c } from './proxy/w3c/w3c.ts';
import { wsa } from './proxy/wsa.ts';
import { zscaler } from './proxy/zscaler/zscaler.ts';
import { suricataEve } from './suricata/eve.ts';
import { sysmonBeats } from './sysmon/beats.ts';
import { sysmonRows } from './sysmon/rows.ts';
import { sysmonXml } from './sysmon/xml.ts';
import { vmConnection } from './vmconnection/format.ts';
import { weirRows } from './weir/rows.ts';
import { zeekJson } from './zeek/json.ts';
import { zeekText } from './zeek/text.ts';
import { corelightTables } from './zeek/workspace.ts';

/** The formats that Weir reads, in the order in which a file is tried: what Weir wrote itself has Microsoft's columns
 *  too. */
export const formats: readonly Format[] = [
  zeekText,
  zeekJson,
  corelightTables,
  suricataEve,
  defenderStream,
  weirRows,
  defenderRows,
  w3c,
  wsa,
  squid,
  umbrella,
  zscaler,
  nfdump,
  awsVpc,
  azureFlowLogs,
  azureAnalytics,
  netflow,
  argus,
  commonSecurityLog,
  cef,
  fortinet,
  paloAlto,
  asim,
  ocsf,
  sysmonRows,
  sysmonBeats,
  sysmonXml,
  elastic,
  vmConnection,
  mobileThreatDefence,
];
