/** Lower-case name of an IP protocol that a log gives as its number or in its own spelling, as `NetworkFlows` has it:
 *  tcp, udp, icmp (of either version)…; a number without a name here as it is, and '' where nothing is known. */
export function protocolName(text: string): string {
  const cases = Object.entries(names).map(([spelling, name]) => `WHEN '${spelling}' THEN '${name}'`);
  const known = `lower(trim(coalesce(${text}, '')))`;
  return `CASE ${text} ${usual} ELSE CASE ${known} ${cases.join(' ')} ELSE ${known} END END`;
}

/** What most records have, which then need not be written down in lower case. */
const usual = `WHEN 'tcp' THEN 'tcp' WHEN 'TCP' THEN 'tcp' WHEN '6' THEN 'tcp' WHEN 'udp' THEN 'udp' WHEN 'UDP' THEN 'udp' WHEN '17' THEN 'udp'`;

/** Spellings that are not their own name, numbers by IANA's list. */
const names = {
  1: 'icmp',
  2: 'igmp',
  4: 'ipip',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'icmp',
  89: 'ospf',
  132: 'sctp',
  icmp6: 'icmp',
  'ipv6-icmp': 'icmp',
};
