import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderHtml } from '../../packages/weir/src/report/html/report.ts';
import {
  dayTimeline,
  emptyResult,
  hostileResult,
  manyFindings,
  quietResult,
} from '../../packages/weir/src/report/result.fixture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The sample company's report as a user gets it, and the same scan as JSON. */
export function sampleReport(folder: string) {
  const file = join(folder, 'sample.html');
  return { file, result: saidBy('scan', 'samples/company', '--report', file) };
}

/** The back-test of Weir's rules over the sample company in the same way. */
export function sampleBacktest(folder: string) {
  const file = join(folder, 'backtest.html');
  return { file, result: saidBy('backtest', 'content/rules', '--data', 'samples/company', '--report', file) };
}

function saidBy(command: string, ...more: readonly string[]) {
  const weir = join(root, 'packages', 'weir', 'bin', 'weir.mjs');
  const args = [weir, command, ...more, '--format', 'json'];
  const child = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (child.status !== 0) throw new Error(`weir ${command} ended with ${child.status}\n${child.stderr}`);
  return JSON.parse(child.stdout);
}

/** What a log might say to harm whoever reads the report. */
const hostile = [
  '<script>window.stolen = 1</script><img src=x onerror="window.stolen=2"><svg onload=window.stolen=3>',
  '"><iframe src="javascript:parent.stolen=4"></iframe><a href="javascript:stolen=5">x</a>',
  "' onmouseover='window.stolen=6' style='background:url(http://198.51.100.1/a)' </style></title></textarea>",
  '<link rel=stylesheet href=http://198.51.100.1/b><meta http-equiv=refresh content="0;url=http://198.51.100.1/c">',
  '\u001b]0;title\u0007\u001b[2J\u202egpj.exe\u2066\u0000\ud800 =cmd|calc!A0 {{7*7}} &lt;b&gt; --> ]]>',
].join(' ');

/** Pages that no scan of friendly logs makes. */
export function inventedReports(folder: string) {
  const long = 'x'.repeat(10_000);
  const wide = '文書'.repeat(5_000);
  const pages = {
    hostile: [hostileResult(hostile), timelineOf(hostile)],
    'ten thousand characters': [hostileResult(long), timelineOf(long)],
    'ten thousand wide characters': [hostileResult(wide), timelineOf(wide)],
    quiet: [quietResult(), dayTimeline()],
    empty: [emptyResult(), null],
    'five thousand findings': [manyFindings(5_000), dayTimeline()],
  } as const;
  return Object.entries(pages).map(([name, [result, timeline]]) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.html`);
    writeFileSync(file, renderHtml(result, { timeline }));
    return { name, file, size: readFileSync(file).length };
  });
}

/** A day in which every service is called so. */
function timelineOf(service: string) {
  const day = dayTimeline();
  return { ...day, bars: day.bars.map((bar) => ({ ...bar, service })) };
}
