import type { Page } from 'playwright-core';
import { lookedAt, type Proof } from './proof.ts';

const rowsOf = (page: Page) => page.locator('.rows [role=row]');
const idOf = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? null);

/** The list: what is on a row, filters in the address, the keyboard, doing the same to several, ten thousand rows. */
export async function queue(proof: Proof, alerts: number): Promise<void> {
  process.stdout.write('the list\n');
  const page = await proof.page({ as: 'analyst' });
  const began = performance.now();
  await page.goto('/alerts');
  await rowsOf(page).first().waitFor();
  proof.figures['ms from opening to the first rows'] = performance.now() - began;
  const { paint, size } = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    size: performance
      .getEntriesByType('resource')
      .concat(performance.getEntriesByType('navigation'))
      .filter(({ name }) => !name.includes('/api/'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0),
  }));
  proof.figures['ms to the first paint'] = paint;
  proof.figures['KB of the first load'] = size / 1_024;
  proof.check('the first load is under 300 KB', size > 0 && size < 300 * 1_024, size);

  const first = await rowsOf(page).first().textContent();
  for (const part of [
    'High',
    '100',
    'rclone.exe',
    'Mega',
    'unknown',
    'no count for 1 connection',
    'high',
    'New',
    'nobody’s',
  ])
    proof.check(`a row tells ${part}`, String(first).includes(part), first);
  proof.check('what steers is shown', String(first).includes('\\u{202e}'), first);
  await lookedAt(proof, page, 'queue');
  await filters(proof, page);
  await views(proof, page);
  await keyboard(proof, page);
  await bulk(proof, page);
  await many(proof, page, alerts);
  await page.context().close();
}

async function filters(proof: Proof, page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Medium/ }).click();
  await page.waitForURL(/severity=medium/);
  await proof.until('only the chosen severity is listed', async () =>
    (await rowsOf(page).locator('.severity').allInnerTexts()).every((text) => text.startsWith('Medium')),
  );
  await page.keyboard.press('/');
  await page.keyboard.type('ws-007 person-7');
  await page.waitForURL(/text=ws-007/);
  await page.keyboard.press('Enter');
  const kept = page.url();
  await proof.until('words narrow it', async () =>
    (await rowsOf(page).allInnerTexts()).every((t) => t.includes('ws-007')),
  );
  await page.goto('/alerts');
  await page.goto(kept);
  await proof.until('an address that was kept opens the same', async () =>
    (await rowsOf(page).allInnerTexts()).every((t) => t.includes('ws-007')),
  );
  await page.goto('/alerts?text=nobody-is-called-so');
  await page.getByRole('heading', { name: 'No alert fits' }).waitFor();
  await lookedAt(proof, page, 'queue-empty');
  await page.getByRole('link', { name: 'Show all of this state' }).click();
  await rowsOf(page).first().waitFor();
}

/** Filters kept under a name: for oneself, for all, under another name, and gone; by keys alone where keys go. */
async function views(proof: Proof, page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Views' });
  await page.goto('/alerts?severity=high&text=ws-007');
  await rowsOf(page).first().waitFor();
  await page.keyboard.press('v');
  await dialog.getByText('You keep none yet').waitFor();
  await dialog.getByRole('textbox').fill('Grave on seven');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: /^Grave on seven/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.goto('/alerts?state=all&rule=no-such-rule');
  await page.getByRole('button', { name: 'Rule: no-such-rule, which is no longer here' }).waitFor();
  proof.check('a rule that is gone is called gone', true);
  await page.keyboard.press('v');
  await dialog.getByRole('textbox').fill('Of the old rule');
  await dialog.getByLabel('Share with everybody').check();
  await dialog.getByRole('button', { name: 'Keep this view' }).click();
  await dialog.getByText('shared with everybody').waitFor();
  await lookedAt(proof, page, 'queue-views');
  await page.reload();
  await page.getByRole('button', { name: /^Of the old rule…/ }).waitFor();
  await page.keyboard.press('v');
  await dialog.getByRole('button', { name: /^Grave on seven/ }).waitFor();
  await page.keyboard.press('1');
  await page.waitForURL(/severity=high&text=ws-007$/);
  await dialog.waitFor({ state: 'detached' });
  proof.check(
    'a view is opened by its digit',
    await page.getByRole('button', { name: /^Grave on seven…/ }).isVisible(),
  );
  await page.goto('/alerts');
  await rowsOf(page).first().waitFor();
  await page.keyboard.press('v');
  await dialog.getByRole('button', { name: 'Rename Grave on seven' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Seven');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: /^Seven/ }).waitFor();
  await page.keyboard.press('Escape');

  const viewer = await proof.page({ as: 'viewer' });
  await viewer.goto('/alerts');
  await rowsOf(viewer).first().waitFor();
  await viewer.keyboard.press('v');
  const theirs = viewer.getByRole('dialog', { name: 'Views' });
  await theirs.getByText('shared by analyst').waitFor();
  const offered = await theirs.getByRole('button').allInnerTexts();
  proof.check(
    'others see what is shared, and neither change it nor what is not',
    offered.every((text) => !/Seven|Rename|Remove/.test(text)),
    offered,
  );
  await theirs.getByRole('button', { name: /^Of the old rule/ }).click();
  await viewer.getByRole('heading', { name: 'No alert fits' }).waitFor();
  proof.check('a view that names what is gone still opens', viewer.url().includes('rule=no-such-rule'), viewer.url());
  await viewer.context().close();

  await page.keyboard.press('v');
  for (const name of ['Remove Seven', 'Remove Of the old rule']) await dialog.getByRole('button', { name }).click();
  await dialog.getByText('You keep none yet').waitFor();
  proof.check('a view is renamed and removed', true);
  await page.keyboard.press('Escape');
}

async function keyboard(proof: Proof, page: Page): Promise<void> {
  await page.goto('/alerts');
  await rowsOf(page).first().waitFor();
  await page.keyboard.press('j');
  const second = await idOf(page);
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  proof.check('j and k go down and up', second !== null && (await idOf(page)) === second, second);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/alerts/${second}`);
  await page.keyboard.press('u');
  await page.waitForURL(/\/alerts$/);
  await proof.until(
    'who comes back is where they were',
    async () => (await page.locator('.row.focused').getAttribute('data-id')) === second,
  );
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await lookedAt(proof, page, 'keys');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function bulk(proof: Proof, page: Page): Promise<void> {
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+J');
  await page.keyboard.press('Shift+J');
  await page.getByText('3 alerts chosen').waitFor();
  await lookedAt(proof, page, 'queue-chosen');
  await page.keyboard.press('a');
  await page.getByRole('status').getByText('3 alerts assigned to analyst.').waitFor();
  const taken = await rowsOf(page).filter({ hasText: 'analyst' }).count();
  proof.check('three are taken at once', taken === 3, taken);
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('x');
  await page.keyboard.press('c');
  await page.getByRole('dialog', { name: 'Close this alert' }).waitFor();
  await lookedAt(proof, page, 'close');
  await page.keyboard.press('2');
  await page.getByLabel(/^Why/).fill('A drill.');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('status').getByText('closed: benign').waitFor();
  await page.getByRole('button', { name: /^Closed/ }).click();
  await proof.until('it is among the closed ones', async () => (await rowsOf(page).count()) === 1);
  // A colleague is faster.
  await page.goto('/alerts');
  await rowsOf(page).first().waitFor();
  const id = Number(await rowsOf(page).first().getAttribute('data-id'));
  const colleague = await proof.page({ as: 'admin' });
  await colleague.goto(`/alerts/${id}`);
  await colleague.getByRole('button', { name: /^Start/ }).click();
  await colleague.getByRole('status').getByText('in progress').waitFor();
  await proof.until(
    'what a colleague does shows by itself',
    async () => (await rowsOf(page).filter({ hasText: 'In progress' }).count()) >= 1,
  );
  await colleague.context().close();
}

async function many(proof: Proof, page: Page, alerts: number): Promise<void> {
  await page.goto('/alerts?state=all');
  await rowsOf(page).first().waitFor();
  const longest = await page.evaluate(async () => {
    const rows = document.querySelector('.rows');
    let worst = 0;
    let last = performance.now();
    for (let step = 0; step < 150; step += 1) {
      rows?.scrollBy(0, 4_000);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      worst = Math.max(worst, performance.now() - last);
      last = performance.now();
    }
    return worst;
  });
  proof.figures['ms of the longest frame while scrolling'] = longest;
  const last = page.locator(`[aria-rowindex="${alerts + 1}"]`);
  await proof.until(
    'the last of all is reached',
    async () => {
      await page.evaluate(() => document.querySelector('.rows')?.scrollTo(0, 1e9));
      return (await last.count()) === 1;
    },
    { within: 90 },
  );
  const onPage = await rowsOf(page).count();
  proof.check('only rows in view are on the page', onPage < 60, onPage);
}
