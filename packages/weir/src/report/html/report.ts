import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import type { ScanResult } from '../../model/scanResult.ts';
import { gravestFirst } from '../order.ts';
import { readable } from '../presentable.ts';
import type { Timeline } from '../timeline.ts';
import { timelineView } from './chart.ts';
import { fusionView, inputsView, limitsView, runsView } from './data.ts';
import { exceptionsView } from './exceptions.ts';
import { findingsView } from './findings.ts';
import { headline } from './headline.ts';
import { html, section } from './markup.ts';
import { style } from './style.ts';
import { viewsBy } from './views.ts';

export interface HtmlExtra {
  /** Bytes out over the data's time; null where there were no connections. */
  readonly timeline: Timeline | null;
}

/** `weir scan --report`: the whole result as one page that asks the network for nothing and runs no script. Its policy
 *  forbids both, should a log's text ever get past the escaping. */
export function renderHtml(result: ScanResult, extra: HtmlExtra): string {
  const scan = readable(result);
  const { timeline } = readable(extra);
  const sorted = gravestFirst(scan.findings);
  const parts = [
    ...(timeline === null ? [] : [section('timeline', 'When it left', timelineView(timeline, sorted))]),
    ...(sorted.length === 0
      ? []
      : [
          section('findings', 'Findings', findingsView(sorted)),
          section('views', 'Devices and services', viewsBy(sorted)),
        ]),
    ...(scan.exceptions.length === 0
      ? []
      : [section('exceptions', 'Hidden by exceptions', exceptionsView(scan.hidden, scan.exceptions))]),
    section('data', 'How much the data tells', fusionView(scan.fusion)),
    section('inputs', 'Inputs', inputsView(scan.inputs)),
    section('rules', 'Rules', runsView(scan.runs)),
    section('limits', 'What this report does not know', limitsView(scan)),
  ];
  const links = [
    ...(timeline === null ? [] : [['timeline', 'Timeline']]),
    ...(sorted.length === 0
      ? []
      : [
          ['findings', 'Findings'],
          ['views', 'Devices and services'],
        ]),
    ...(scan.exceptions.length === 0 ? [] : [['exceptions', 'Exceptions']]),
    ['data', 'Data'],
    ['inputs', 'Inputs'],
    ['rules', 'Rules'],
    ['limits', 'Limits'],
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Weir scan report</title>
<style>${raw(style)}</style>
</head>
<body>
<header>${headline(scan, sorted)}
<nav aria-label="Sections"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav></header>
<main>
${parts}
</main>
<footer><p>Times are UTC. 1 KiB is 1,024 bytes. Bytes are payload, as the sensors counted it; “unknown” is never counted as zero.
Secrets in command lines and addresses are cut to ***; characters that steer a display are shown as \\u{…}.</p></footer>
</body>
</html>
`;
  if (page instanceof Promise) throw new TypeError('the page waits for nothing');
  return page.toString();
}

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
