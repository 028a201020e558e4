import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, type Running } from '../../../tests/serve/running.ts';
import { lookedAt, type Proof } from './proof.ts';
import { triage } from './triage.ts';

/** From the first start to the first alert: the link, the account, what to do, logs, an alert that comes by itself. */
export async function firstStart(proof: Proof, service: Running, home: string): Promise<void> {
  process.stdout.write('from the first start to the first alert\n');
  const link = /http\S+\/welcome#\S+/.exec(service.said())?.[0] ?? '';
  proof.check('the service prints the link of the first account', link !== '', service.said());

  const page = await proof.page();
  proof.refusalsAreMeant(page);
  await page.goto('/alerts');
  await page.getByRole('heading', { name: 'Sign in to Weir' }).waitFor();
  await lookedAt(proof, page, 'sign-in');
  await page.goto(link);
  await page.getByLabel('Your name').waitFor();
  proof.check('the secret is gone from the address', !page.url().includes('#'), page.url());
  await lookedAt(proof, page, 'welcome');
  await page.keyboard.type('ada');
  await page.getByLabel('Password').fill('short');
  await page.getByLabel('The same again').fill('short');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('fewer than 12 characters').waitFor();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByLabel('The same again').fill('correct horse battery');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'No logs have come in yet' }).waitFor();
  proof.check('who has an account and no logs is told how to send some', true);
  await lookedAt(proof, page, 'no-logs');

  const again = await proof.page();
  proof.refusalsAreMeant(again);
  await again.goto(link);
  await again.getByRole('heading', { name: 'This link opens nothing' }).waitFor();
  proof.check('the link works once', true);
  await again.context().close();

  const began = performance.now();
  await sendScenario(service.url, home);
  const row = page.getByRole('row').filter({ hasText: 'Telegram' }).first();
  await proof.until('an alert comes by itself', () => row.isVisible(), { within: 150 });
  proof.figures['seconds from logs sent to the alert on the page (rule every minute)'] =
    (performance.now() - began) / 1_000;
  await row.click();
  await page.waitForURL(/\/alerts\/\d+$/);
  await page.getByRole('heading', { level: 1 }).getByText('Telegram').waitFor();
  await triage(proof, page);
  await page.goto('/sources');
  await page
    .getByRole('cell', { name: /defender/ })
    .first()
    .waitFor();
  await lookedAt(proof, page, 'sources-with-logs');
  await page.context().close();
}

/** Logs of a drill that ended just now, into the ingest door. */
async function sendScenario(url: string, home: string): Promise<void> {
  const token = (await command('token', 'add', 'drill', '--scope', 'ingest', '--home', home)).trim();
  const folder = await mkdtemp(join(tmpdir(), 'weir-drill-'));
  const start = new Date(Date.now() - 2 * 3_600_000).toISOString();
  await command('simulate', 'telegram-bot-archive', '--start', start, '--out', join(folder, 'out'));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(csv|json|log)$/.test(entry.name)) continue;
    const answered = await fetch(`${url}/ingest/${entry.name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: await readFile(join(entry.parentPath, entry.name)),
    });
    if (!answered.ok) throw new Error(`${entry.name} was not taken: ${await answered.text()}`);
  }
  await rm(folder, { recursive: true });
}
