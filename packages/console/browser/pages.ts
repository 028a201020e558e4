import { lookedAt, type Proof } from './proof.ts';

/** The other pages. */
export async function pages(proof: Proof): Promise<void> {
  process.stdout.write('the other pages\n');
  const page = await proof.page({ as: 'viewer' });
  await page.goto('/alerts');
  await page.locator('.rows [role=row]').first().waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.getByRole('heading', { name: 'Sources and health' }).waitFor();
  await page.getByText('Lake', { exact: true }).waitFor();
  await lookedAt(proof, page, 'sources');
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.getByRole('heading', { name: 'Connection to a service known for exfiltration' }).waitFor();
  await lookedAt(proof, page, 'rules');
  await page.getByRole('link', { name: 'Connection to a service known for exfiltration' }).click();
  await page.getByRole('heading', { name: 'What to ask about what it finds' }).waitFor();
  await page.getByRole('heading', { name: 'Its query' }).waitFor();
  await lookedAt(proof, page, 'rule');
  await page.setViewportSize({ width: 640, height: 900 });
  const pagesMenu = page.getByRole('navigation', { name: 'Pages' });
  await pagesMenu.locator('summary', { hasText: 'Rules' }).click();
  await pagesMenu.getByRole('link', { name: 'Coverage' }).waitFor();
  await proof.accessible(page, 'the pages below their name');
  await proof.harmless(page, 'the pages below their name');
  await proof.picture(page, 'pages-narrow');
  await pagesMenu.getByRole('link', { name: 'Sources' }).click();
  await page.getByRole('heading', { name: 'Sources and health' }).waitFor();
  const open = await pagesMenu.getByRole('link').count();
  proof.check('who has chosen a page sees it, and its name above', open === 0, await pagesMenu.textContent());
  await page.setViewportSize({ width: 1_440, height: 900 });
  await page.goto('/no/such/page');
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await page.getByRole('link', { name: 'To the alerts' }).click();
  await page.waitForURL(/\/alerts$/);
  await page.context().close();
}
