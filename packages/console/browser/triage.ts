import type { Page } from 'playwright-core';
import { lookedAt, type Proof } from './proof.ts';

/** One alert from its story to its verdict. */
export async function triage(proof: Proof, page: Page): Promise<void> {
  process.stdout.write('one alert, to its verdict\n');
  const main = page.getByRole('main');
  await page.getByRole('heading', { name: 'What to do' }).waitFor();
  await page.getByRole('img', { name: /^Bytes sent for each/ }).waitFor();
  await lookedAt(proof, page, 'alert');
  for (const heading of ['Why it stands out', 'When it left', 'What to ask', 'Evidence', 'Related', 'Trail'])
    proof.check(`it tells ${heading}`, await page.getByRole('heading', { name: heading }).isVisible());

  const asks = page.getByRole('button', { name: /^Ask: / });
  const questions = await asks.count();
  proof.check('the guide has questions', questions >= 3, questions);
  const began = performance.now();
  await asks.first().click();
  await main.getByText('Harmless').first().waitFor();
  await proof.until(
    'a question has its answer after one click',
    async () => (await main.locator('.answer table, .answer strong').count()) > 0,
    { within: 40 },
  );
  proof.figures['ms from a question to its answer'] = performance.now() - began;
  await asks.first().click();
  await proof.until(
    'and so has another',
    async () => (await main.locator('.answer table, .answer strong').count()) > 1,
    { within: 40 },
  );
  const step = page.getByRole('group', { name: 'Contain' }).getByRole('checkbox').first();
  await step.click();
  await proof.until('a step that is done says by whom', async () =>
    ((await main.locator('.step.done').first().textContent()) ?? '').includes('ada'),
  );
  await lookedAt(proof, page, 'alert-asked');

  // The rest without a mouse.
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('a');
  await page.getByRole('status').getByText('assigned to ada').waitFor();
  await page.keyboard.press('s');
  await page.getByRole('status').getByText('now in progress').waitFor();
  await page.keyboard.press('m');
  await page.keyboard.type('Called the owner: not theirs.');
  await page.keyboard.press('Control+Enter');
  await main.locator('.trail q').getByText('Called the owner: not theirs.').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.getByRole('dialog', { name: 'Close this alert' }).waitFor();
  await page.keyboard.press('1');
  await page.keyboard.type('INC0243: Isolated the host.');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('status').getByText('closed: true positive').waitFor();
  await proof.until('the trail tells who did what', async () => {
    const told = (await main.locator('.trail').textContent()) ?? '';
    return [
      /Weir opened it/,
      /ada did step 1 of contain/,
      /ada assigned it to ada/,
      /ada made it in progress/,
      /ada closed it: true positive.*Isolated the host/,
    ].every((part) => part.test(told));
  });
  await lookedAt(proof, page, 'alert-closed');
}
