import type { Page } from 'playwright-core';
import { type Running, start } from '../../../tests/serve/running.ts';
import { lookedAt, type Proof } from './proof.ts';

const comment = 'Half a sentence that nobody has sent';
const condition = 'Process =~ "rclone.exe"\nand AccountName == "ana"';

/** The service goes away under open pages and comes back: they say so, lose nothing that was typed, and are live again
 *  without a hand. */
export async function restart(proof: Proof, service: Running, home: string): Promise<void> {
  process.stdout.write('a restart under open pages\n');
  const page = await proof.page({ as: 'analyst' });
  proof.lossesAreMeant(page);
  await page.goto('/alerts/3');
  await page.getByLabel('Comment').fill(comment);
  const tuning = await sibling(proof, page, '/alerts/1/normal');
  await tuning.getByLabel('Condition').fill(condition);
  await tuning.getByText('It would have hidden 2 alerts').waitFor();
  await tuning.getByLabel('Why is it normal?').fill('A reason of two lines,\nhalf written');
  const hunting = await sibling(proof, page, '/hunt');
  await hunting.locator('.cm-content').click();
  await hunting.keyboard.press('Control+a');
  await hunting.keyboard.insertText('DeviceNetworkEvents | where DeviceName has "half"');
  await page.locator('.liveness.live').waitFor();

  await service.stop();
  await page.getByText('No connection: trying again').waitFor();
  proof.check('the page says that it lost the service', true);
  await lookedAt(proof, page, 'restart-lost');
  await page.getByRole('button', { name: /^Start/ }).click();
  await page.getByRole('status').getByText('Nothing is known to be changed: Weir does not answer.').waitFor();
  proof.check('what is done meanwhile is said not to be', true);
  // Half a minute later somebody comes back to the window, and all that it asks anew fails.
  await tuning.clock.fastForward(40_000);
  await tuning.evaluate(() => dispatchEvent(new Event('visibilitychange')));
  for (let tries = 0; tries < 5; tries += 1) {
    await tuning.waitForTimeout(200);
    await tuning.clock.fastForward(8_000);
  }
  await typedStands(proof, 'while it is away', { page, tuning, hunting });

  const began = performance.now();
  const again = await start(home, undefined, new URL(service.url).host);
  try {
    await page.locator('.liveness.live').waitFor({ timeout: 30_000 });
    proof.figures['ms from starting the service again to a page that is live'] = performance.now() - began;
    await typedStands(proof, 'when it is back', { page, tuning, hunting });
    const colleague = await proof.page({ as: 'admin' });
    await colleague.goto('/alerts/3');
    await colleague.getByRole('button', { name: /^Start/ }).click();
    await colleague.getByRole('status').getByText('in progress').waitFor();
    await page.locator('.alert-head').getByText('In progress').waitFor();
    proof.check('what a colleague does then shows by itself', true);
    await colleague.context().close();
    await page.getByRole('button', { name: /^Comment/ }).click();
    await page.locator('.trail q').getByText(comment).waitFor();
    await tuning.getByText('It would have hidden 2 alerts').waitFor();
    proof.check('and what was typed is sent without signing in again', true);
    await page.context().close();
  } finally {
    await again.stop();
  }
}

/** Another window of the same person, whose clock can be moved. */
async function sibling(proof: Proof, of: Page, address: string): Promise<Page> {
  const page = await proof.page({ as: 'analyst' });
  proof.lossesAreMeant(page);
  await page.clock.install();
  await page.goto(new URL(address, of.url()).href);
  return page;
}

async function typedStands(
  proof: Proof,
  when: string,
  { page, tuning, hunting }: Readonly<Record<'page' | 'tuning' | 'hunting', Page>>,
): Promise<void> {
  const typed = [
    await page.getByLabel('Comment').inputValue(),
    await tuning.getByLabel('Condition').inputValue({ timeout: 2_000 }).catch(String),
    await tuning.getByLabel('Why is it normal?').inputValue({ timeout: 2_000 }).catch(String),
    await hunting.locator('.cm-content').textContent(),
  ];
  const wanted = [
    comment,
    condition,
    'A reason of two lines,\nhalf written',
    'DeviceNetworkEvents | where DeviceName has "half"',
  ];
  proof.check(`nothing typed is lost ${when}`, JSON.stringify(typed) === JSON.stringify(wanted), typed);
}
