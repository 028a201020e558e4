import { lookedAt, type Proof } from './proof.ts';

/** A session that ends under an open page, what a viewer may, and the way out. */
export async function sessions(proof: Proof): Promise<void> {
  process.stdout.write('sessions and roles\n');
  const page = await proof.page({ as: 'analyst' });
  proof.refusalsAreMeant(page);
  await page.goto('/alerts?severity=low');
  await page.locator('.rows [role=row]').first().waitFor();
  await page.context().clearCookies();
  await page.keyboard.press('r');
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
  await lookedAt(proof, page, 'session-ended');
  await page.keyboard.type('wrong horse battery');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor({ state: 'detached' });
  proof.check('who signs in again is where they were', page.url().endsWith('/alerts?severity=low'), page.url());
  await page.keyboard.press('r');
  await page.locator('.rows [role=row]').first().waitFor();
  await page.getByText('analyst').first().click();
  await lookedAt(proof, page, 'menu');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Weir' }).waitFor();
  proof.check('who signs out leaves nothing on the page', (await page.locator('.row').count()) === 0);
  const me = await page.evaluate(() => fetch('/api/me').then(({ status }) => status));
  proof.check('the session is over', me === 401, me);
  await page.context().close();

  const viewer = await proof.page({ as: 'viewer' });
  proof.refusalsAreMeant(viewer);
  await viewer.goto('/alerts');
  await viewer.locator('.rows [role=row]').first().waitFor();
  for (const name of [/^Take/, /^Start/, /^Close…/])
    proof.check(`a viewer is not offered ${name.source}`, await viewer.getByRole('button', { name }).isDisabled());
  const before = await viewer.locator('.rows [role=row]').first().textContent();
  for (const key of ['j', 'k', 'a', 's', 'c', 'o']) await viewer.keyboard.press(key);
  const id = await viewer.locator('.rows [role=row]').first().getAttribute('data-id');
  const status = await viewer
    .evaluate(
      (alert) =>
        fetch('/api/alerts/bulk', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ targets: [{ id: Number(alert), version: 1 }], change: { assignee: 'viewer' } }),
        }).then((response) => response.status),
      id,
    )
    .catch(() => 0);
  proof.check('nor let by the service', status === 403, status);
  const after = await viewer.locator('.rows [role=row]').first().textContent();
  proof.check('and changes nothing by keys', before === after, { before, after });
  await viewer.goto('/alerts?state=all');
  await viewer.locator('.rows [role=row]').filter({ hasText: 'window.stolen' }).first().click();
  await viewer.getByRole('heading', { level: 1 }).getByText('window.stolen').waitFor();
  await viewer.getByText('The rule of this alert is not here').waitFor();
  await viewer.getByRole('heading', { name: 'Evidence' }).waitFor();
  proof.check('a viewer is given no place to comment', (await viewer.getByLabel('Comment').count()) === 0);
  await lookedAt(proof, viewer, 'alert-hostile');
  await viewer.context().close();
}
