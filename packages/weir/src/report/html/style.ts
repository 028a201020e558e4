/** The page's whole style: light and dark by the reader's preference, one for paper. Text has a contrast of at least
 *  4.5 to 1 in both, marks at least 3 to 1. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f7f8f8; --panel: #ffffff; --sunk: #eef2f3; --ink: #16232c; --soft: #4d5d68; --line: #d5dde1;
  --accent: #0b626b; --good: #1c6b3a;
  --high: #a3181c; --high-wash: #fbe9e7; --medium: #855000; --medium-wash: #fdf1dc; --low: #0b5a8c; --low-wash: #e5f1f9;
  --informational: #4d5d68; --informational-wash: #edf1f3;
  --s0: #0b6e77; --s1: #c1560f; --s2: #5a4ea6; --s3: #8a6a00; --s4: #b23a72; --s5: #3d7a33; --s6: #6a7883;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e161c; --panel: #152028; --sunk: #1c2933; --ink: #e7eef2; --soft: #a3b3be; --line: #2d3d48;
    --accent: #7fd1d8; --good: #86d6a0;
    --high: #ff9a92; --high-wash: #3a1b1c; --medium: #f3bd6b; --medium-wash: #36290f; --low: #86c9f4; --low-wash: #12304a;
    --informational: #a3b3be; --informational-wash: #22303a;
    --s0: #4bb8c0; --s1: #f0924f; --s2: #a69bf0; --s3: #d3ae3a; --s4: #ee85b3; --s5: #86c579; --s6: #93a3ae;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif; }
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.75rem; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.brand { display: flex; gap: .6rem; align-items: center; color: var(--soft); font-size: .9rem; margin: 0 0 1.5rem; }
.brand svg { width: 1.7rem; height: 1.7rem; fill: none; stroke: var(--accent); stroke-width: 2.4; stroke-linecap: round; }
.brand strong { color: var(--ink); letter-spacing: .01em; }
h1 { font-size: clamp(1.6rem, 1.1rem + 2.2vw, 2.5rem); line-height: 1.18; letter-spacing: -.015em; font-weight: 650; margin: 0 0 .75rem; max-width: 24em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; line-height: 1.3; letter-spacing: -.005em; margin: 0 0 .9rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: 0 0 .75rem; max-width: 46em; }
.lead { font-size: 1.1rem; color: var(--soft); max-width: 44em; overflow-wrap: anywhere; }
.lead strong { color: var(--ink); font-weight: 600; }
.note { color: var(--soft); font-size: .92rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .35rem 1.4rem; list-style: none; margin: 1.75rem 0 0; padding: .8rem 0; border-top: 1px solid var(--line); font-size: .95rem; }
nav li { margin: 0; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { padding: 1.9rem 0 .6rem; }
.figures-strip { display: flex; flex-wrap: wrap; gap: 1px; background: var(--line);
  border: 1px solid var(--line); border-radius: 12px; overflow: hidden; margin: 1.75rem 0 0; }
.figures-strip div { flex: 1 1 10.5rem; background: var(--panel); padding: 1rem 1.15rem 1.05rem; }
.figures-strip dt { color: var(--soft); font-size: .86rem; }
.figures-strip dd { margin: .1rem 0 0; font-size: 1.5rem; font-weight: 650; line-height: 1.25; letter-spacing: -.01em; font-variant-numeric: tabular-nums; }
.figures-strip dd small { display: block; font-size: .86rem; font-weight: 400; letter-spacing: 0; color: var(--soft); line-height: 1.4; margin-top: .2rem; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; padding: 1.2rem 1.3rem; }
.warning { border-left: 5px solid var(--medium); background: var(--medium-wash); border-radius: 6px 12px 12px 6px; padding: .9rem 1.2rem; margin: 1.5rem 0 0; overflow-wrap: anywhere; }
.warning strong { color: var(--medium); }
ul { margin: .4rem 0 .75rem; padding-left: 1.2rem; }
li { margin: .2rem 0; overflow-wrap: anywhere; }
.badge { display: inline-block; border-radius: 5px; padding: .05rem .5rem; font-size: .82rem; font-weight: 650; white-space: nowrap; }
.badge.high { color: var(--high); background: var(--high-wash); }
.badge.medium { color: var(--medium); background: var(--medium-wash); }
.badge.low { color: var(--low); background: var(--low-wash); }
.badge.informational { color: var(--informational); background: var(--informational-wash); }
.finding { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; margin: 0 0 .8rem; border-left: 5px solid var(--line); }
.finding.high { border-left-color: var(--high); }
.finding.medium { border-left-color: var(--medium); }
.finding.low { border-left-color: var(--low); }
.finding.informational { border-left-color: var(--informational); }
.finding > summary { list-style: none; cursor: pointer; padding: .95rem 1.2rem; display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .25rem 1rem; align-items: baseline; }
.finding > summary::-webkit-details-marker { display: none; }
.finding > summary .title { font-weight: 620; overflow-wrap: anywhere; font-size: 1.04rem; line-height: 1.4; }
.finding > summary .sent { font-weight: 650; font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
.finding > summary .meta { grid-column: 1 / -1; color: var(--soft); font-size: .92rem; overflow-wrap: anywhere; display: flex; flex-wrap: wrap; gap: .15rem .9rem; align-items: baseline; }
.finding > summary .meta::after { content: "show"; margin-left: auto; color: var(--accent); font-size: .86rem; }
.finding[open] > summary .meta::after { content: "hide"; }
.finding .body { padding: 0 1.2rem 1.1rem; }
.why { border-top: 1px solid var(--line); padding-top: .8rem; }
.facts { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .3rem 1.1rem; margin: .9rem 0 0; font-size: .95rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
code, .code { font-family: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .87em; }
pre { margin: 0; padding: .55rem .75rem; background: var(--sunk); border-radius: 7px; white-space: pre-wrap; overflow-wrap: anywhere; }
details.more { margin-top: .9rem; }
details.more > summary { cursor: pointer; color: var(--accent); font-size: .95rem; }
details.more > :not(summary) { margin-top: .6rem; }
.ids { columns: 13rem; font-size: .84rem; list-style: none; padding: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: .5rem .9rem .5rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-size: .86rem; white-space: nowrap; }
tbody th { font-weight: 600; }
tbody .text, tbody .code { overflow-wrap: anywhere; min-width: 8.5rem; }
tbody .note { font-weight: 400; display: block; }
.nowrap { white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
.figures { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.figures:last-child, td.figures:last-child { padding-right: 0; }
.views { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.views h3 { margin-top: 0; }
.bar { display: block; width: 100%; height: .5rem; margin-top: .35rem; }
.bar .track { fill: var(--sunk); }
.bar .value { fill: var(--accent); }
.meters { display: grid; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); gap: 1.2rem 1.8rem; margin: 0 0 1.1rem; }
.meters dt { color: var(--soft); font-size: .9rem; }
.meters dd { margin: 0; font-size: 1.25rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.meters dd small { font-size: .88rem; font-weight: 400; color: var(--soft); }
.failed { color: var(--high); font-weight: 650; }
.chart { display: block; width: 100%; min-width: 44rem; height: auto; }
.chart text { fill: var(--soft); font-size: 12px; font-family: inherit; font-variant-numeric: tabular-nums; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .axis { stroke: var(--soft); stroke-width: 1; }
.chart .unknown { fill: none; stroke: var(--medium); stroke-width: 1.6; }
.chart .lane text { fill: var(--ink); }
.chart a { text-decoration: none; }
.chart .span.high { fill: var(--high); } .chart .span.medium { fill: var(--medium); } .chart .span.low { fill: var(--low); } .chart .span.informational { fill: var(--informational); }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); } .s4 { fill: var(--s4); } .s5 { fill: var(--s5); } .s6 { fill: var(--s6); }
.chart rect.s0, .chart rect.s1, .chart rect.s2, .chart rect.s3, .chart rect.s4, .chart rect.s5, .chart rect.s6 { stroke: var(--panel); stroke-width: .75; }
.chart .bin:hover rect { opacity: .78; }
.legend li { overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.3rem; list-style: none; padding: 0; margin: .8rem 0 .3rem; font-size: .92rem; }
.legend svg { width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -.06rem; }
footer { color: var(--soft); font-size: .88rem; padding-top: 1.4rem; padding-bottom: 3rem; }
footer p { border-top: 1px solid var(--line); padding-top: 1rem; max-width: none; }
@media (max-width: 40rem) {
  main, header, footer { padding-left: 1rem; padding-right: 1rem; }
  header { padding-top: 1.5rem; }
  .finding > summary { grid-template-columns: minmax(0, 1fr); }
  .finding > summary .sent { text-align: left; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: .5rem; }
  .figures-strip div { flex-basis: 9rem; }
}
@media print {
  :root { color-scheme: light;
    --paper: #fff; --panel: #fff; --sunk: #f2f4f5; --ink: #000; --soft: #444f57; --line: #c8d0d4; --accent: #0b626b; --good: #1c6b3a;
    --high: #a3181c; --high-wash: #fbe9e7; --medium: #855000; --medium-wash: #fdf1dc; --low: #0b5a8c; --low-wash: #e5f1f9;
    --informational: #4d5d68; --informational-wash: #edf1f3;
    --s0: #0b6e77; --s1: #c1560f; --s2: #5a4ea6; --s3: #8a6a00; --s4: #b23a72; --s5: #3d7a33; --s6: #6a7883; }
  @page { margin: 16mm 14mm; }
  html { font-size: 11.5px; }
  body { font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; }
  nav, .finding > summary .meta::after { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  details.more.long { display: none; }
  table { font-size: 8.5pt; }
  tbody .text, tbody .code { min-width: 0; }
  section { padding-top: 1.2rem; }
  .finding, tr, .chart, .figures-strip { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  .scroll { overflow: visible; }
  .chart { min-width: 0; }
  .figures-strip div { flex-basis: 8rem; }
  a { color: inherit; text-decoration: none; }
}
`;
