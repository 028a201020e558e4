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
