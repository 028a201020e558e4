import { expect, it } from 'vitest';
import { countedText } from './counted.ts';

it.each([
  [[], ''],
  [['zeek-payload'], 'payload, counted by zeek'],
  [['zeek-partial'], 'payload from where the connection was met under way, counted by zeek'],
  [['aws-vpc-ip'], 'estimated from IP packets by aws-vpc'],
  [['azure-ip', 'netflow-ip'], 'estimated from IP packets by azure and netflow'],
  [['endpoint', 'suricata-frame'], 'counted by the endpoint; estimated from Ethernet frames by suricata'],
  [['netflow-sampled'], 'estimated from a sample of the packets by netflow'],
  [['umbrella-http'], 'with the headers of HTTP, counted by umbrella'],
  [['ocsf-bytes'], 'counted by ocsf, which does not say of what'],
  [['bodies'], 'the bodies alone, seen in clear text'],
  [['my own tap'], 'counted by my own tap'],
])('%j is told as %s', (sources, text) => {
  expect(countedText(sources)).toBe(text);
});
