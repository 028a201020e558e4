import type { Running } from '../../../tests/serve/running.ts';
import { password } from './home.ts';
import type { Proof } from './proof.ts';

/** The pictures of the user guide, from a demo: a first account, and the stories of the sample company once they have
 *  their bytes. */
export async function guide(proof: Proof, demo: Running): Promise<void> {
  const page = await proof.page({ width: 1_280 });
  const began = performance.now();
  await page.goto(/http\S+\/welcome#\S+/.exec(demo.said())?.[0] ?? '');
  await page.getByLabel('Your name').fill('ada');
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('The same again').fill(password);
  await page.keyboard.press('Enter');
  const first = page.getByRole('row').filter({ hasText: 'lf-' }).first();
  await proof.until('the demo has an alert', () => first.isVisible(), { within: 300 });
  proof.figures['seconds from the service to the first alert of a demo'] = (performance.now() - began) / 1_000;
  const story = page.getByRole('row').filter({ hasText: 'svchostw.exe' }).filter({ hasText: 'GiB' }).first();
  await proof.until('last night’s story is there with its bytes', () => story.isVisible(), { within: 600 });
  await page.reload();
  await story.waitFor();
  await page.waitForTimeout(3_000);
  await proof.picture(page, 'queue');
  await story.click();
  await page.getByRole('heading', { level: 1 }).getByText('MEGA').waitFor();
  await page.getByRole('heading', { name: 'When it left' }).waitFor();
  await page.getByText('Summing up a month').waitFor({ state: 'hidden' });
  await proof.picture(page, 'alert');
  await page.goto(`/hunt?q=${encodeURIComponent(asked)}&range=7d`);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
  await page.locator('main').getByRole('img').first().waitFor();
  await proof.picture(page, 'hunt');
  await page.goto('/coverage');
  await page.getByRole('heading', { name: 'Coverage', level: 1 }).waitFor();
  await page.getByText('Looking at yesterday').waitFor({ state: 'hidden', timeout: 60_000 });
  await proof.picture(page, 'coverage');
}

const asked = `DeviceNetworkEvents
| where ServiceCategory == "file-sharing"
| summarize BytesSent = sum(BytesSent) by bin(Timestamp, 1h), Service
| order by Timestamp asc
| render columnchart`;
