const connections = ['DeviceNetworkEvents', 'NetworkFlows'];
const endpoint = ['DeviceNetworkEvents', 'DeviceProcessEvents', 'DeviceFileEvents', 'DnsEvents'];

/** Log Analytics' tables that are read as logs, and the tables in which a query finds what was read of them. */
export const elsewhere: Readonly<Record<string, readonly string[]>> = {
  CommonSecurityLog: connections,
  NTANetAnalytics: connections,
  VMConnection: ['DeviceNetworkEvents'],
  // Of Sysmon.
  Event: endpoint,
  WindowsEvent: endpoint,
};
