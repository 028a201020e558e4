import { tableText } from '../report/terminal/table.ts';
import { labelled, wrap } from '../report/terminal/text.ts';
import { type TableColumn, widthsAnyhow } from '../report/terminal/widths.ts';
import type { Scenario } from '../simulate/load.ts';

/** Scenarios as programs read them. */
export function asJson(scenarios: readonly Scenario[]): string {
  const list = scenarios.map(({ name, title, technique, covers, atomics, description, refused, parameters }) => ({
    name,
    title,
    technique,
    covers,
    atomics,
    description: description.trim(),
    refused: refused?.trim() ?? null,
    parameters,
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** A line a scenario with what it covers, or all about each of those that were named. */
export function asText(scenarios: readonly Scenario[], width: number, all: boolean): string {
  return all ? `${scenarios.map((scenario) => details(scenario, width)).join('\n\n')}\n` : overview(scenarios, width);
}

const columns: readonly TableColumn[] = [
  { head: 'scenario', whole: true },
  { head: 'technique', whole: true },
  { head: 'what happens', least: 18 },
  { head: 'covers', least: 14 },
];

function overview(scenarios: readonly Scenario[], width: number): string {
  const rows = scenarios.map((scenario) => [
    scenario.name,
    scenario.technique,
    scenario.refused === undefined ? scenario.title : `refused: ${scenario.title}`,
    covered(scenario).join('; '),
  ]);
  const widths = widthsAnyhow(columns, rows, width);
  return `${tableText(columns, rows, widths)}\n`;
}

function details(scenario: Scenario, width: number): string {
  const { name, title, description, refused } = scenario;
  const item = (label: string, text: string): string => labelled(label, 13, text, width);
  return [
    `${name}: ${title}`,
    ...wrap(description.trim().replaceAll('\n', ' '), width),
    ...covered(scenario).map((each, at) => item(at === 0 ? '  covers' : '', each)),
    ...(refused === undefined ? [] : [item('  refused', refused.trim().replaceAll('\n', ' '))]),
    ...Object.entries(scenario.parameters).map(([parameter, about]) =>
      item(`  --set`, `${parameter}=… ${taken(about)}`),
    ),
  ].join('\n');
}

function covered({ covers, atomics }: Scenario): string[] {
  return [...covers, ...atomics.map((test) => `atomic test ${test}`)];
}

function taken(parameter: Scenario['parameters'][string]): string {
  const about = parameter.description === undefined ? '' : `${parameter.description}: `;
  const usual = `usually ${parameter.default}`;
  if (parameter.kind === 'text') return `${about}${usual}; of ${parameter.choices.join(', ')}, or any other`;
  if (parameter.kind === 'variant') return `${about}${usual}; one of ${Object.keys(parameter.choices).join(', ')}`;
  return `${about}${usual}; from ${parameter.range.join(' to ')}`;
}
