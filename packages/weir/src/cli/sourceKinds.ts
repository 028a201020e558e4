/** What a log tells of a connection: `yes`, `some` (of some records, or where the product is set up so), `–` never. */
type Told = 'yes' | 'some' | '–';

/** A format in a line: process, account, device, host name, and what its count of the bytes sent is of. */
export type Line = readonly [
  process: Told,
  account: Told,
  device: Told,
  name: Told,
  bytes: 'payload' | 'IP' | 'frames' | 'HTTP' | Told,
];

/** The formats by the kind of log that they are, each under its id. */
export const sourceKinds: readonly { readonly kind: string; readonly formats: Readonly<Record<string, Line>> }[] = [
  {
    kind: 'Endpoints',
    formats: {
      defender: ['yes', 'yes', 'yes', 'yes', '–'],
      'defender-stream': ['yes', 'yes', 'yes', 'yes', '–'],
      sysmon: ['yes', 'yes', 'yes', 'some', '–'],
      'sysmon-beats': ['yes', 'yes', 'yes', 'some', '–'],
      'sysmon-xml': ['yes', 'yes', 'yes', 'some', '–'],
      elastic: ['some', 'some', 'some', 'some', 'yes'],
      vmconnection: ['yes', '–', 'yes', 'some', 'yes'],
      'mobile-threat-defence': ['some', 'yes', 'yes', 'some', '–'],
    },
  },
  {
    kind: 'Network sensors',
    formats: {
      'zeek-tsv': ['–', '–', '–', 'yes', 'payload'],
      'zeek-json': ['–', '–', '–', 'yes', 'payload'],
      corelight: ['–', '–', '–', 'yes', 'payload'],
      suricata: ['–', '–', '–', 'yes', 'frames'],
    },
  },
  {
    kind: 'Proxies',
    formats: {
      squid: ['–', 'some', '–', 'yes', 'some'],
      w3c: ['–', 'some', '–', 'yes', 'HTTP'],
      wsa: ['–', 'some', '–', 'yes', '–'],
      umbrella: ['–', 'some', '–', 'yes', 'HTTP'],
      zscaler: ['–', 'yes', '–', 'yes', 'HTTP'],
    },
  },
  {
    kind: 'Firewalls',
    formats: {
      fortinet: ['–', 'some', '–', 'some', 'IP'],
      paloalto: ['–', 'some', '–', 'some', 'IP'],
      cef: ['–', 'some', '–', 'some', 'yes'],
      commonsecuritylog: ['–', 'some', '–', 'some', 'yes'],
    },
  },
  {
    kind: 'Flow logs',
    formats: {
      netflow: ['–', 'some', '–', '–', 'IP'],
      nfdump: ['–', '–', '–', '–', 'IP'],
      argus: ['–', '–', '–', '–', 'frames'],
      'aws-vpc': ['–', '–', '–', '–', 'IP'],
      'azure-flow': ['–', '–', '–', '–', 'IP'],
      'azure-analytics': ['–', '–', '–', '–', 'IP'],
    },
  },
  {
    kind: 'Normal forms, as far as their source knew',
    formats: {
      asim: ['some', 'some', 'some', 'some', 'some'],
      ocsf: ['some', 'some', 'some', 'some', 'some'],
      weir: ['some', 'some', 'some', 'some', 'some'],
    },
  },
];
