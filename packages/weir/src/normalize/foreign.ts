import type { Sample } from './format.ts';
import { namesIn } from './sample.ts';

/** What a text that Weir does not read looks like, so that the person knows that it is no accident. */
export function foreignReason(sample: Sample): string | undefined {
  const names = new Set(namesIn(sample));
  const has = (...keys: string[]): boolean => keys.every((key) => names.has(key));
  const first = sample.lines.find((line) => line.trim() !== '') ?? '';
  const looks = signs.find(({ sign }) => sign(has, first));
  return looks && `looks like ${looks.title}; ${looks.wayOut ?? 'see weir sources'}`;
}

interface Sign {
  readonly title: string;
  /** Absent where the list of what is read is all there is to say. */
  readonly wayOut?: string;
  readonly sign: (has: (...keys: string[]) => boolean, firstLine: string) => boolean;
}

const signs: readonly Sign[] = [
  {
    title: "a Zscaler feed of the firewall's logs",
    wayOut:
      "of Zscaler, Weir reads the web logs alone: give it a feed of those, and the sites' own firewalls for the rest",
    sign: (has, line) => has('csip', 'cdip') || (has('sourcetype', 'event') && line.includes('"zscalernss-fw"')),
  },
  { title: 'syslog as Sentinel keeps it, of nothing that Weir reads', sign: (has) => has('SyslogMessage', 'Facility') },
  {
    title: 'a custom table of Sentinel',
    sign: (has) => has('TimeGenerated [UTC]') || has('TimeGenerated', 'TenantId'),
  },
  {
    title: 'Windows events as Get-WinEvent of PowerShell gives them, whose fields are a text for people',
    wayOut:
      'export them as XML: wevtutil qe Microsoft-Windows-Sysmon/Operational /f:xml, or of an .evtx file: wevtutil qe FILE /lf:true /f:xml',
    sign: (has, line) =>
      line.startsWith('#TYPE System.Diagnostics.Eventing.Reader.') ||
      has('ProviderName', 'Message', 'TimeCreated', 'Id'),
  },
  { title: 'Windows events without Sysmon', sign: (has) => has('EventID', 'Channel') },
  { title: 'syslog of nothing that Weir reads', sign: (_, line) => /^<\d{1,3}>/.test(line) },
];
