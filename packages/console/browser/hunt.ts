import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { hostile } from './home.ts';
import { lookedAt, type Proof } from './proof.ts';
import { savedHunts } from './savedHunts.ts';

const long = `range a from 1 to 100000 step 1 | extend k = 1
| join kind=inner (range b from 1 to 1000000 step 1 | extend k = 1) on k | summarize sum((a + b) % 7)`;

const days = `range Day from datetime(2026-03-01) to datetime(2026-03-14) step 1d
| extend n = tolong((Day - datetime(2026-03-01)) / 1d)
| extend Night = iff(n == 5, long(null), (n * 7 % 11) * 40000000), Noon = n * 9000000
| project Day, BytesNight = Night, BytesNoon = Noon`;

/** A hunt from its first mistake to its picture, by who may only look. */
export async function hunt(proof: Proof): Promise<void> {
  process.stdout.write('hunting\n');
  const page = await proof.page({ as: 'viewer' });
  // What a query is refused for, and that it was cancelled, is an answer too.
  proof.refusalsAreMeant(page);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/alerts');
  await page.locator('.rows [role=row]').first().waitFor();
  const before = await page.evaluate(() => performance.getEntriesByType('resource').length);
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  const editor = page.getByRole('textbox', { name: 'Query in KQL' });
  await editor.waitFor();
  await mistake(proof, page);
  const sizes = await page.evaluate(
    (from) =>
      performance
        .getEntriesByType('resource')
        .slice(from)
        .filter(({ name }) => name.includes('/assets/'))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0),
    before,
  );
  proof.figures['KB of the editor and the compiler, without the parser'] = sizes / 1_024;
  await completion(proof, page);
  await typedOver(proof, page);
  await rows(proof, page);
  await cancelled(proof, page);
  await charts(proof, page);
  await openings(proof, page);
  await page.context().close();
  await fromAlert(proof);
  await savedHunts(proof);
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Query in KQL' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

async function run(page: Page, text: string): Promise<void> {
  await write(page, text);
  await page.keyboard.press('Control+Enter');
}

async function mistake(proof: Proof, page: Page): Promise<void> {
  const began = performance.now();
  await write(page, 'DeviceNetworkEvents\n| where RemoteHosst == "mega.nz"\n| take 5');
  const mistakes = page.getByRole('list', { name: 'What is wrong with the query' });
  await mistakes.getByText('RemoteHosst').waitFor();
  proof.figures['ms from writing to the first mistake, the parser loaded'] = performance.now() - began;
  proof.check('a mistake says its place', ((await mistakes.textContent()) ?? '').includes('2:9'));
  proof.check('and is marked in the text', (await page.locator('.cm-lintRange-error').count()) > 0);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('alert').getByText('line 2, column 9').waitFor();
  await lookedAt(proof, page, 'hunt-mistake');
  await mistakes.getByRole('button', { name: '2:9, go there' }).click();
  await page.keyboard.insertText('RemoteHost');
  await mistakes.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+Enter');
  await page.getByText('No rows.').waitFor();
  proof.check('mended, it runs', (await page.getByRole('alert').count()) === 0);
}

async function completion(proof: Proof, page: Page): Promise<void> {
  const begin = async () => {
    await write(page, 'DeviceNetworkEvents\n| where Initiating');
    await page.keyboard.type('ProcessFi');
    await page
      .locator('.cm-tooltip-autocomplete li[aria-selected]')
      .filter({ hasText: 'InitiatingProcessFileName' })
      .waitFor();
  };
  await begin();
  await lookedAt(proof, page, 'hunt-completion');
  await begin();
  // What has just come up is not taken by a key that was meant for the text.
  await page.waitForTimeout(200);
  await page.keyboard.press('Enter');
  const text = () => page.locator('.cm-content').textContent();
  proof.check('a column is completed', /InitiatingProcess\w*Fi\w+Name/.test((await text()) ?? ''), await text());
  await write(page, 'DeviceNetworkEvents | summarize make_set(RemoteHost)');
  await page.locator('.cm-line').getByText('make_set').hover();
  await page.locator('.cm-said').getByText('make_set(expr, [maxSize])').waitFor();
  proof.check('what stands there says its signature', true);
  await page.mouse.move(0, 0);
}

/** Over what is selected the browser would write styles, which the page's policy refuses. */
async function typedOver(proof: Proof, page: Page): Promise<void> {
  await page.evaluate(() => {
    addEventListener('securitypolicyviolation', () => Object.assign(globalThis, { isViolated: true }));
  });
  const over = async (typed: string) => {
    await write(page, 'DeviceNetworkEvents\n| where RemoteHost == "mega.nz"\n| take 5');
    await page.locator('.cm-line span').first().waitFor();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowRight');
    for (let line = 0; line < 2; line += 1) await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.type(typed);
    return (await page.locator('.cm-line').allTextContents()).join('\n');
  };
  const typed = await over('abc');
  proof.check('what is typed over lines stands in their place', typed === 'Dabc take 5', typed);
  await page.keyboard.press('Control+z');
  const undone = await page.locator('.cm-line').count();
  proof.check('and is undone at once', undone === 3, undone);
  const quoted = await over('"');
  proof.check(
    'a quote goes around them',
    quoted.startsWith('D"eviceNetworkEvents\n') && quoted.endsWith('|" take 5'),
    quoted,
  );
  const isViolated = await page.evaluate(() => 'isViolated' in globalThis);
  proof.check('and the page’s policy has nothing to refuse', !isViolated);
}

async function rows(proof: Proof, page: Page): Promise<void> {
  await run(
    page,
    'range n from 1 to 5000 step 1 | extend Big = 9007199254740993 + n, At = datetime(2026-03-01T10:00:00.1234567Z), Text = "=1+1", More = dynamic({"a": [1, 9007199254740993]})',
  );
  const grid = page.getByRole('grid', { name: 'Rows of the result' });
  await grid.waitFor();
  await page.getByText('These are the first 1,000 rows, and there are more.').waitFor();
  const cells = await grid.locator('[role=row]').nth(1).locator('[role=gridcell]').allTextContents();
  proof.check('every digit of a long and a moment is told', cells.join(' ').includes('9007199254740994'), cells);
  proof.check('of a moment too', cells.join(' ').includes('2026-03-01 10:00:00.1234567'), cells);
  proof.check(
    'and of a whole number inside of a dynamic value',
    cells.join(' ').includes('[1,9007199254740993]'),
    cells,
  );
  await grid.getByRole('button', { name: 'n', exact: true }).click();
  await grid.getByRole('button', { name: 'n', exact: true }).click();
  const top = () => grid.locator('[role=row]').nth(1).locator('[role=gridcell]').first().textContent();
  proof.check('rows are sorted by a column', (await top()) === '1000', await top());
  await grid.focus();
  for (const key of ['ArrowDown', 'ArrowRight', 'Control+c']) await page.keyboard.press(key);
  await page.getByRole('status').getByText('Big copied.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  proof.check('a cell is copied whole', copied === '9007199254741993', copied);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  const csv = await readFile(await file.path(), 'utf8');
  proof.check(
    'rows are exported, and no text is a formula',
    csv.startsWith(
      'n,Big,At,Text,More\r\n1,9007199254740994,2026-03-01T10:00:00.1234567Z,\'=1+1,"{""a"":[1,9007199254740993]}"\r\n',
    ),
    csv.slice(0, 120),
  );
  const [json] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'JSON' }).click()]);
  const { columns, rows: exported } = JSON.parse(await readFile(await json.path(), 'utf8'));
  proof.check(
    'as JSON too',
    columns.length === 5 && exported.length === 1_000 && exported[0][1] === '9007199254740994',
  );
  await lookedAt(proof, page, 'hunt-rows');
  await run(page, `print Text = ${JSON.stringify(hostile)}`);
  await grid.getByText('onerror').waitFor();
  await proof.harmless(page, 'a hostile result');
}

async function cancelled(proof: Proof, page: Page): Promise<void> {
  await run(page, long);
  await page.getByText(/^Running, [1-9]/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText(/^Cancelled after/).waitFor();
  const left = await page.evaluate(() => fetch('/api/queries').then((answer) => answer.json()));
  proof.check('a query that is cancelled runs no more', left.queries.length === 0, left);
}

async function charts(proof: Proof, page: Page): Promise<void> {
  await run(page, `${days} | render timechart with (title = "What left")`);
  // The process of the query that was cancelled was killed, and a new one takes its time to begin.
  await page.getByRole('img', { name: /^What left: line chart/ }).waitFor({ timeout: 60_000 });
  const lines = await page.locator('.chart path.line').count();
  proof.check('what is not known is a gap', lines === 3, lines);
  await lookedAt(proof, page, 'hunt-timechart');
  await page.getByRole('button', { name: 'Table', exact: true }).click();
  await page.getByRole('grid').waitFor();
  const kinds = 'datatable (Service: string, Sent: long) ["Mega", 50, "Telegram", 30, "", 5, "Box", long(null)]';
  await run(page, `${kinds} | render piechart`);
  await page.getByRole('img', { name: /pie chart/ }).waitFor();
  await page.getByText('Box: not known').waitFor();
  await page.getByText('1 value is not known, and the shares are of what is').waitFor();
  proof.check('what is not known is no slice', (await page.locator('.pie path').count()) === 3);
  await proof.picture(page, 'hunt-pie');
  await run(page, `${kinds} | render columnchart`);
  await page.getByRole('img', { name: /column chart/ }).waitFor();
  const marks = await page.locator('.chart .not-known').count();
  proof.check('what is not known is a mark, and no column', marks === 1, marks);
  await proof.picture(page, 'hunt-columns');
  await run(page, `${kinds} | render barchart`);
  await page.getByRole('img', { name: /bar chart/ }).waitFor();
  await proof.picture(page, 'hunt-bars');
  await run(page, `${kinds} | render anomalychart`);
  await page.getByText('Shown as a table: render anomalychart is not drawn here.').waitFor();
  proof.check('what is not drawn is said', (await page.getByRole('grid').count()) === 1);
}

async function openings(proof: Proof, page: Page): Promise<void> {
  await page.reload();
  await page.getByRole('textbox', { name: 'Query in KQL' }).getByText('anomalychart').waitFor();
  proof.check('the address holds the query', page.url().includes('/hunt?q=datatable'), page.url());
  await page.getByRole('button', { name: 'History…' }).click();
  await page.getByRole('dialog', { name: 'History' }).getByText('timechart').click();
  await page.locator('.cm-content').getByText('BytesNight').first().waitFor();
  await page.getByRole('button', { name: 'Hunts…' }).click();
  const hunts = page.getByRole('dialog', { name: 'Hunts' });
  await hunts.getByRole('button').nth(3).waitFor();
  await proof.picture(page, 'hunt-hunts');
  await hunts.getByRole('button', { name: /T1/ }).first().click();
  await page.getByText('Harmless').waitFor();
  await page.getByRole('combobox', { name: /^Time/ }).selectOption('7d');
  await page.getByRole('button', { name: /^Run/ }).click();
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  await page.getByText(/^No rows/).waitFor();
  proof.check('a hunt runs over a time range', page.url().includes('range=7d'), page.url());
  await page.getByRole('button', { name: 'Turn into a rule…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Much at night: a "test"');
  const dialog = page.getByRole('dialog', { name: 'Turn into a rule' });
  await dialog.getByText('much-at-night-a-test/rule.yaml').first().waitFor();
  await lookedAt(proof, page, 'hunt-rule');
  await page.keyboard.press('Escape');
  await page.getByText('viewer').first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Weir' }).waitFor();
  const kept = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('hunt')));
  proof.check('who signs out leaves no query in the browser', kept.length === 0, kept);
}

/** From an alert whose words mean harm: what they say is a text of the query, and ends none. */
async function fromAlert(proof: Proof): Promise<void> {
  const page = await proof.page({ as: 'viewer' });
  proof.refusalsAreMeant(page);
  await page.goto('/alerts?state=all');
  await page.locator('.rows [role=row]').filter({ hasText: 'window.stolen' }).first().click();
  await page.getByRole('link', { name: 'Hunt with this' }).click();
  await page.locator('.cm-content').getByText('onerror').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.press('Control+Enter');
  await page.getByText('No rows.').waitFor({ timeout: 60_000 });
  const mistakes = await page.getByRole('list', { name: 'What is wrong with the query' }).count();
  proof.check(
    'an alert’s words make a query that runs',
    mistakes === 0,
    await page.locator('.cm-content').textContent(),
  );
  await proof.harmless(page, 'a hunt from an alert');
  await page.context().close();
}
