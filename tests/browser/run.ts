import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Check, fits, keyboard, legible, openAll, prints, quiet, size } from './checks.ts';
import { type Browser, startChromium } from './chromium.ts';
import { compiles } from './compiler.ts';
import { openPage, type Page } from './page.ts';
import { inventedReports, sampleBacktest, sampleReport } from './reports.ts';

// Opens reports in a real browser and proves what a responder relies on. `--picture FILE.png` makes the README's picture.
const { values } = parseArgs({ options: { picture: { type: 'string' } } });
const folder = mkdtempSync(join(tmpdir(), 'weir-browser-'));
let passed = 0;
let failed = 0;

const check: Check = (what, holds, detail) => {
  if (holds) passed += 1;
  else failed += 1;
  process.stdout.write(`${holds ? 'ok    ' : 'FAILED'} ${what}${holds ? '' : `: ${JSON.stringify(detail)}`}\n`);
};

const browser = await startChromium();
try {
  if (values.picture === undefined) await proofs(browser);
  else await picture(browser, values.picture);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
if (values.picture === undefined) process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

async function proofs(browser: Browser): Promise<void> {
  const { file, result } = sampleReport(folder);
  process.stdout.write('the sample company\n');
  const { page, url } = await opened(browser, file);
  await tellsTheSame(page, result);
  await fits(page, check);
  await keyboard(page, check);
  await legible(page, check);
  await prints(page, check);
  await quiet(page, url, check);
  await backtestPage(browser);
  process.stdout.write('the compiler in a browser\n');
  await compiles(browser, folder, check);
  for (const { name, file: invented, size: bytes } of inventedReports(folder)) {
    process.stdout.write(`${name}\n`);
    const { page, url } = await opened(browser, invented);
    await fits(page, check);
    await quiet(page, url, check);
    check('the file is no larger than 4 MB', bytes <= 4_000_000, bytes);
  }
}

/** The back-test's page tells of the rules in the JSON's order and draws a bar for each severity of each day. */
async function backtestPage(browser: Browser): Promise<void> {
  process.stdout.write('the back-test of the sample company\n');
  const { file, result } = sampleBacktest(folder);
  const { page, url } = await opened(browser, file);
  const names = result.rules.map(({ rule }: { rule: { name: string } }) => rule.name);
  const headings = await page.value(`[...document.querySelectorAll('h2')].map((e) => e.textContent.trim())`);
  const told = headings.filter((heading: string) => names.includes(heading));
  check('its rules in their order', JSON.stringify(told) === JSON.stringify(names), { told, names });
  const bars = result.rules.flatMap(({ days }: { days: readonly { severities: Record<string, number> }[] }) =>
    days.flatMap(({ severities }) => Object.values(severities).filter((n) => n > 0)),
  ).length;
  const drawn = await page.value(
    `[...document.querySelectorAll('svg rect')].filter((e) => e.getBoundingClientRect().height > 0).length`,
  );
  check('a bar for each severity of each day', bars > 0 && drawn === bars, { drawn, bars });
  await fits(page, check);
  await legible(page, check);
  await prints(page, check);
  await quiet(page, url, check);
}

async function opened(browser: Browser, file: string): Promise<{ page: Page; url: string }> {
  const page = await openPage(browser);
  const url = pathToFileURL(file).href;
  await page.open(url);
  return { page, url };
}

/** The page's headings and counts are those of the JSON. */
async function tellsTheSame(page: Page, result: ReturnType<typeof sampleReport>['result']): Promise<void> {
  const texts = (selector: string): Promise<string[]> =>
    page.value(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((e) => e.textContent.trim())`);
  const same = (what: string, seen: unknown, wanted: unknown) =>
    check(what, JSON.stringify(seen) === JSON.stringify(wanted), { seen, wanted });

  const headings = await texts('h2');
  same('its headings', headings, [
    'When it left',
    'Findings',
    'Devices and services',
    'How much the data tells',
    'Inputs',
    'Rules',
    'What this report does not know',
  ]);
  check('one headline', (await texts('h1')).length === 1);
  const titles = (await texts('.finding .title')).map((title) => title.replace(/^\d+\. /, ''));
  same(
    'the findings in their order',
    titles,
    result.findings.map(({ title }: { title: string }) => title),
  );
  same('the count of findings', (await texts('#count-findings'))[0], String(result.findings.length));
  same('the inputs', (await texts('#inputs tbody tr')).length, result.inputs.length);
  same('the rules', (await texts('#rules tbody tr')).length, result.runs.length);
  same('a warning where the scan is not complete', (await texts('.warning')).length, result.complete ? 0 : 1);
  const connections = result.fusion.connections.toLocaleString('en-US');
  same('the count of connections', (await texts('#count-connections'))[0], connections);
  await page.value(openAll);
  const ids = (await texts('.finding .facts dd.code')).slice(0, 3);
  same(
    'the gravest findings’ ids',
    ids,
    result.findings.slice(0, 3).map(({ id }: { id: string }) => id),
  );
}

/** The upper part of the sample company's report. */
async function picture(browser: Browser, to: string): Promise<void> {
  const { page } = await opened(browser, sampleReport(folder).file);
  await size(page, 1200, 1180);
  const { data } = await page.call('Page.captureScreenshot', { format: 'png' });
  writeFileSync(to, Buffer.from(data, 'base64'));
}
