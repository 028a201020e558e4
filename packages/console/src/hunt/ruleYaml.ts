import { readableName } from './ruleName.ts';

export interface RuleDraft {
  readonly id: string;
  readonly name: string;
  readonly severity: 'Informational' | 'Low' | 'Medium' | 'High';
  /** As Sentinel writes durations: `5m`, `1h`, `1d`. */
  readonly frequency: string;
  readonly period: string;
  readonly query: string;
}

/** A rule in Sentinel's format with the query in it. */
export function ruleYaml({ id, name, severity, frequency, period, query }: RuleDraft): string {
  const lines = query
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .split('\n')
    .map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  while (lines[0] === '') lines.shift();
  // A line that begins with blanks would be taken for the block's own indentation.
  const block = /^\s/.test(lines[0] ?? '') ? '|2' : '|';
  return [
    `id: ${id}`,
    `name: ${JSON.stringify(readableName(name))}`,
    'description: |',
    '  Says what it finds and why that matters, for who meets its alert at night. Write it anew.',
    `severity: ${severity}`,
    'requiredDataConnectors: []',
    `queryFrequency: ${frequency}`,
    `queryPeriod: ${period}`,
    'triggerOperator: gt',
    'triggerThreshold: 0',
    'tactics:',
    '  - Exfiltration',
    'relevantTechniques:',
    '  - T1567',
    `query: ${block}`,
    ...lines.map((line) => (line === '' ? '' : `  ${line}`)),
    'version: 0.1.0',
    'kind: Scheduled',
    'weir:',
    '  status: experimental',
    '',
  ].join('\n');
}

/** A test beside it, to be filled in. */
export function testsYaml(): string {
  return `tests:
  - name: what it must find
    rows:
      - { Timestamp: 2026-03-02T09:10:00Z, DeviceName: ws-07, RemoteUrl: example.org, BytesSent: 2100 }
    expect:
      - {}
  - name: what it must leave alone
    rows:
      - { Timestamp: 2026-03-02T09:10:00Z, DeviceName: ws-07, RemoteUrl: example.com, BytesSent: 12 }
    expect: []
`;
}
