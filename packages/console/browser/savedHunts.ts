import type { Page } from 'playwright-core';
import { hostile } from './home.ts';
import { lookedAt, type Proof } from './proof.ts';

const query = 'DeviceNetworkEvents\n| where BytesSent > 5000000\n| take 7';
const editor = (page: Page) => page.getByRole('textbox', { name: 'Query in KQL' });
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Hunts' });

/** A hunt that one person saves, another opens and may not change, and two change at once; then it is gone. */
export async function savedHunts(proof: Proof): Promise<void> {
  process.stdout.write('hunts that people keep\n');
  const page = await proof.page({ as: 'analyst' });
  proof.refusalsAreMeant(page);
  page.setDefaultTimeout(60_000);
  await page.goto('/hunt');
  await editor(page).waitFor();
  await refused(proof, page);
  const address = await saved(proof, page);
  await opened(proof, address);
  await changed(proof, page);
  await gone(proof, page, address);
  await asWritten(proof, page);
  await page.context().close();
}

async function write(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

async function refused(proof: Proof, page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Hunts…' }).click();
  await dialog(page).getByText('None yet. Write a query').waitFor();
  await page.keyboard.press('Escape');
  await write(page, 'DeviceNetworkEvents\n| where Bytes > 5');
  await page.getByRole('button', { name: 'Save as hunt…' }).click();
  const save = page.getByRole('button', { name: 'Save', exact: true });
  proof.check('a hunt without a name is not saved', await save.isDisabled());
  await page.keyboard.type('Much at once');
  proof.check('nor one that says not what it looks for', await save.isDisabled());
  await page.getByLabel('What it looks for').fill('Somebody takes the whole share home in one go.');
  await save.click();
  await page.getByRole('alert').getByText('Line 2, column 9').waitFor();
  proof.check('one that does not compile is refused with its place', true);
  await lookedAt(proof, page, 'hunt-save-refused');
  await page.keyboard.press('Escape');
}

async function saved(proof: Proof, page: Page): Promise<string> {
  await write(page, query);
  await page.getByRole('combobox', { name: /^Time/ }).selectOption('7d');
  await page.getByRole('button', { name: 'Save as hunt…' }).click();
  await page.keyboard.type('Much at once');
  await page.getByLabel('What it looks for').fill('Somebody takes the whole share home in one go.');
  await page.getByLabel(/^How to read/).fill('Many rows of one device.');
  await lookedAt(proof, page, 'hunt-save');
  await page.getByLabel(/^How to read/).fill(`Many rows of one device. ${hostile}`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Much at once is kept: everybody finds it under Hunts.').waitFor();
  await page.getByRole('heading', { name: 'Much at once' }).waitFor();
  proof.check('a hunt that is saved has an address', /\/hunt\?saved=\d+$/.test(page.url()), page.url());
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  proof.check('and keeps it where it is run as it is', /\/hunt\?saved=\d+$/.test(page.url()), page.url());
  await lookedAt(proof, page, 'hunt-saved');
  await page.getByRole('button', { name: 'Save as hunt…' }).click();
  await page.keyboard.type('much at ONCE');
  await page.getByLabel('What it looks for').fill('The same.');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('A hunt is called Much at once already. Take another name.').waitFor();
  proof.check('a name is one hunt’s', true);
  await page.keyboard.press('Escape');
  return page.url();
}

/** By a link and from the list, by who may only look. */
async function opened(proof: Proof, address: string): Promise<void> {
  const page = await proof.page({ as: 'viewer' });
  await page.goto(address);
  await page.getByRole('heading', { name: 'Much at once' }).waitFor();
  await page.locator('.cm-content').getByText('5000000').waitFor();
  const time = await page.getByRole('combobox', { name: /^Time/ }).inputValue();
  proof.check('a link opens the hunt with its time', time === '7d', time);
  proof.check(
    'who may only look saves none',
    (await page.getByRole('button', { name: 'Save as hunt…' }).count()) === 0,
  );
  proof.check('and changes none', (await page.getByRole('button', { name: 'Change…' }).count()) === 0);
  await proof.harmless(page, 'a hunt that says harm');
  await page.goto('/hunt?q=DnsEvents');
  await page.locator('.cm-content').getByText('DnsEvents').waitFor();
  await page.getByRole('button', { name: 'Hunts…' }).click();
  await dialog(page).getByRole('heading', { name: 'Saved by your team' }).waitFor();
  await lookedAt(proof, page, 'hunt-list');
  await dialog(page)
    .getByRole('button', { name: /^Much at once/ })
    .click();
  await page.locator('.cm-content').getByText('5000000').waitFor();
  proof.check('a click opens it too', page.url() === address, page.url());
  await page.goto('/hunt?saved=999');
  await page.getByText('The hunt of this link is not there any more.').waitFor();
  await page.context().close();
}

/** An administrator and its owner, at once. */
async function changed(proof: Proof, page: Page): Promise<void> {
  const admin = await proof.page({ as: 'admin' });
  await admin.goto(page.url());
  await admin.locator('.cm-content').getByText('5000000').waitFor();
  await write(admin, query.replace('take 7', 'take 8'));
  await admin.getByText('What stands in the editor is not the hunt as it is saved.').waitFor();
  await admin.getByRole('button', { name: 'Change…' }).click();
  await admin.getByRole('region', { name: 'From the saved query to yours' }).waitFor();
  await admin.getByRole('button', { name: 'Save', exact: true }).click();
  await admin.getByText('Much at once is kept').waitFor();
  await admin.context().close();
  await write(page, query.replace('take 7', 'take 9'));
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Much in one go');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('admin changed this hunt just now, while you wrote').waitFor();
  const rows = await page
    .getByRole('region', { name: 'From the saved query to yours' })
    .locator('tr')
    .allTextContents();
  proof.check('of two writers the second sees what the first saved', /take 8/.test(rows.join()), rows);
  await lookedAt(proof, page, 'hunt-conflict');
  await page.getByRole('button', { name: 'Save mine over theirs' }).click();
  await page.getByRole('heading', { name: 'Much in one go' }).waitFor();
  proof.check('and may save on it', /take 9/.test((await page.locator('.cm-content').textContent()) ?? ''));
}

async function gone(proof: Proof, page: Page, address: string): Promise<void> {
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('dialog', { name: 'Delete this hunt' }).waitFor();
  await lookedAt(proof, page, 'hunt-delete');
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByText('Much in one go is deleted').waitFor();
  await page.getByRole('button', { name: 'Hunts…' }).click();
  await dialog(page).getByText('None yet.').waitFor();
  await page.keyboard.press('Escape');
  await page.goto(address);
  await page.getByText('The hunt of this link is not there any more.').waitFor();
  proof.check('a hunt that is deleted is gone, and its link says so', true);
}

async function asWritten(proof: Proof, page: Page): Promise<void> {
  await page.goto('/hunt');
  await write(page, 'print\tn = 1');
  await page.getByRole('button', { name: 'Save as hunt…' }).click();
  await page.keyboard.type('From elsewhere');
  await page.getByLabel('What it looks for').fill('What was written with a tab.');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { name: 'From elsewhere' }).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  proof.check('a hunt that was saved is run as it was written, with its tab', true);
}
