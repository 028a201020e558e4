import type { Sample } from './format.ts';

/** What a text that Weir does not read looks like, so that the person knows that it is no accident. */
export function foreignReason({ lines, objects, header }: Sample): string | undefined {
  const names = new Set([...objects.flatMap((object) => Object.keys(object)), ...(header?.names ?? [])]);
  const has = (...keys: string[]): boolean => keys.every((key) => names.has(key));
  const first = lines.find((line) => line.trim() !== '') ?? '';
  const looks = signs.find(({ sign }) => sign(has, first));
  return looks && `looks like ${looks.title}, which Weir does not read yet; see weir sources`;
}

interface Sign {
  readonly title: string;
  readonly sign: (has: (...keys: string[]) => boolean, firstLine: string) => boolean;
}

const signs: readonly Sign[] = [
  { title: 'Suricata EVE', sign: (has) => has('event_type', 'timestamp') && (has('flow_id') || has('src_ip')) },
  { title: 'Corelight logs as Sentinel keeps them', sign: (has) => has('message', 'log_file') },
  { title: 'syslog as Sentinel keeps it', sign: (has) => has('SyslogMessage', 'Facility') },
  { title: 'CommonSecurityLog (CEF) of Sentinel', sign: (has) => has('DeviceVendor', 'DeviceProduct') },
  { title: 'CEF', sign: (_, line) => /\bCEF:\d\|/.test(line) },
  { title: 'Azure flow logs', sign: (has) => has('flowLogVersion') || has('category', 'macAddress') },
  { title: 'Cisco Umbrella proxy logs', sign: (has) => has('Identities', 'Verdict') },
  { title: 'OCSF', sign: (has) => has('class_uid') },
  {
    title: 'a custom table of Sentinel',
    sign: (has) => has('TimeGenerated [UTC]') || has('TimeGenerated', 'TenantId'),
  },
  { title: 'nfdump CSV', sign: (has) => has('ts', 'te', 'ibyt') },
  {
    title: 'nfdump text',
    sign: (_, line) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} .*->/.test(line) || line.startsWith('Date first seen'),
  },
  { title: 'a Squid access log', sign: (_, line) => /^\d{9,10}\.\d{3} +\d+ \S+ [A-Z_]+\/\d{3} /.test(line) },
  { title: 'a W3C extended log (proxy or IIS)', sign: (_, line) => /^#(Software|Version|Fields):/.test(line) },
  { title: 'syslog', sign: (_, line) => /^<\d{1,3}>/.test(line) },
];
