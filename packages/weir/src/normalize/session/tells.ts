/** What firewalls' records of connections give. */
export const whatFirewallsTell: readonly string[] = [
  'connections with ports, outcome, application and the firewall',
  'account, where the firewall knows its users',
  'host names that the firewall saw or was asked for',
];
