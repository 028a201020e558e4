import type { Page } from 'playwright-core';
import { password } from './home.ts';
import { lookedAt, type Proof } from './proof.ts';

/** Accounts and tokens: somebody is invited, comes in, is given another role and shut out; and who may not. */
export async function people(proof: Proof): Promise<void> {
  process.stdout.write('people, tokens and passwords\n');
  const admin = await proof.page({ as: 'admin' });
  proof.refusalsAreMeant(admin);
  await admin.goto('/alerts');
  await admin.locator('.menu summary').click();
  await lookedAt(proof, admin, 'account-menu');
  await admin.getByRole('link', { name: 'People' }).click();
  await admin.getByLabel('Role of viewer').waitFor();
  await admin.getByLabel('Name').fill('grace');
  await admin.getByLabel('viewer looks').check();
  await admin.getByRole('button', { name: 'Make a link' }).click();
  const link = String(
    await admin.getByRole('region', { name: 'Give this link to grace' }).locator('code').textContent(),
  );
  proof.check('an invitation gives a link', /\/welcome#.{20,}/.test(link), link);
  await lookedAt(proof, admin, 'people');
  await admin.getByRole('button', { name: 'Done' }).click();
  proof.check('which is not shown again', !(await admin.content()).includes(link.split('#')[1] ?? link));
  await admin.getByLabel('Name').fill('grace');
  await admin.getByRole('button', { name: 'Make a link' }).click();
  await admin.getByRole('alert').getByText('an account has this name already', { exact: false }).waitFor();

  const grace = await proof.page();
  proof.refusalsAreMeant(grace);
  await comesIn(proof, grace, link);
  await admin.getByLabel('Role of grace').selectOption('analyst');
  await admin.getByRole('button', { name: 'Make grace analyst' }).click();
  await admin.getByRole('status').getByText('grace is analyst now').waitFor();
  await grace.goto('/alerts');
  await grace.getByRole('heading', { name: 'Sign in to Weir' }).waitFor();
  proof.check('who is given another role signs in again', true);
  await grace.getByLabel('Name').fill('grace');
  await grace.getByLabel('Password').fill(`${password} two`);
  await grace.keyboard.press('Enter');
  await grace.getByText('grace').first().waitFor();
  await tokens(proof, grace);
  await admin.getByRole('button', { name: 'Disable grace' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Disable grace' }).click();
  await admin.getByRole('cell', { name: /^Disabled since/ }).waitFor();
  const status = await grace.evaluate(() => fetch('/api/me').then((response) => response.status));
  proof.check('who is disabled is out at once', status === 401, status);
  await grace.context().close();
  await admin.context().close();

  const viewer = await proof.page({ as: 'viewer' });
  proof.refusalsAreMeant(viewer);
  await viewer.goto('/people');
  await viewer.getByText('Accounts are kept by administrators').waitFor();
  proof.check('a viewer is told whose people are', (await viewer.getByRole('textbox').count()) === 0);
  await viewer.context().close();
}

/** Somebody who was invited chooses a password, and changes it. */
async function comesIn(proof: Proof, page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('heading', { name: 'Welcome, grace' }).waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('The same again').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('.rows [role=row]').first().waitFor();
  proof.check('who was invited is in', await page.locator('.menu summary').getByText('grace').isVisible());
  await page.goto('/password');
  await page.getByLabel('Present password').fill('wrong horse battery');
  await page.getByLabel('New password').fill(`${password} two`);
  await page.getByLabel('The new one again').fill(`${password} two`);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('The present password is wrong').waitFor();
  await lookedAt(proof, page, 'password');
  await page.getByLabel('Present password').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('Your password is changed').waitFor();
}

/** A token does what it says, and nothing when it is revoked. */
async function tokens(proof: Proof, page: Page): Promise<void> {
  await page.goto('/tokens');
  await page.getByText('There are none yet').waitFor();
  proof.check('nobody gives what is not theirs', await page.getByLabel('admin keep').isDisabled());
  await page.getByLabel('Name').fill('reporter');
  await page.getByRole('button', { name: 'Make the token' }).click();
  await page.getByRole('alert').getByText('Choose at least one').waitFor();
  await page.getByLabel('read look').check();
  await page.getByRole('button', { name: 'Make the token' }).click();
  const secret = String(await page.getByRole('region', { name: 'The token reporter' }).locator('code').textContent());
  await page.getByRole('cell', { name: 'reporter', exact: true }).waitFor();
  await lookedAt(proof, page, 'tokens');
  const asked = async () =>
    (await fetch(`${proof.url}/api/alerts`, { headers: { authorization: `Bearer ${secret}` } })).status;
  proof.check('a token opens what it says', (await asked()) === 200);
  await page.getByRole('button', { name: 'Revoke reporter' }).click();
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await page.getByText(/^revoked \d/).waitFor();
  proof.check('and nothing when it is revoked', (await asked()) === 401);
}
