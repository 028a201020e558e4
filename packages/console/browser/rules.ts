import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { lookedAt, type Proof } from './proof.ts';

const id = '8d1f0a52-6c1e-4a3b-9f0e-2b7c51d4e6a1';
const file = 'rules/exfiltration-service/rule.yaml';
const save = (page: Page) => page.getByRole('button', { name: 'Save…' });
const editor = (page: Page) => page.getByRole('textbox', { name: 'Rule in YAML' });
const mistakes = (page: Page) => page.getByRole('list', { name: 'What is wrong with the rule' });

/** A rule's text: written with a mistake and mended, played, saved, compared, saved by two at once; by who may only look. */
export async function rules(proof: Proof, home: string): Promise<void> {
  process.stdout.write('rules on the page\n');
  const page = await proof.page({ as: 'analyst' });
  // That a save is refused is what is proved.
  proof.refusalsAreMeant(page);
  page.setDefaultTimeout(60_000);
  await page.goto(`/rules/${id}`);
  await page.getByText('Version 1', { exact: true }).waitFor();
  proof.check('a rule that nobody has changed has one version', (await page.locator('.versions li').count()) === 1);
  await page.getByRole('link', { name: 'Edit…' }).click();
  await editor(page).waitFor();
  await mistake(proof, page, home);
  await saved(proof, page, home);
  await conflict(proof, page, home);
  await compared(proof, page, home);
  await made(proof, page, home);
  await played(proof, page);
  await page.context().close();
  await lookedOn(proof);
}

/** Writes a text in the place of the whole. */
async function write(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

const read = (home: string) => readFile(join(home, file), 'utf8');

async function mistake(proof: Proof, page: Page, home: string): Promise<void> {
  const text = await read(home);
  await page.getByText('It can run').waitFor();
  proof.check('an unchanged text cannot be saved', await save(page).isDisabled());
  await write(page, text.replace('let Servers = dynamic', 'let Servers = dynamik'));
  await mistakes(page).getByText('dynamik').first().waitFor();
  const line = text.split('\n').findIndex((each) => each.includes('let Servers = dynamic')) + 1;
  const go = mistakes(page)
    .getByRole('button', { name: new RegExp(`^${line}:\\d+, go there$`) })
    .first();
  proof.check('a mistake of the query says its line in the file', await go.isVisible());
  await page.getByText('It cannot run so').waitFor();
  proof.check('what cannot run is not saved', await save(page).isDisabled());
  proof.check('nor played', await page.getByRole('button', { name: 'Back-test it' }).isDisabled());
  await lookedAt(proof, page, 'rule-edit-mistake');
  await go.click();
  await page.locator('.cm-lintRange-error').first().waitFor();
  proof.check('it leads to its place, which is marked', true);
  await page.keyboard.insertText('dynamic');
  await page.getByText('It can run').waitFor();
  await write(page, text.replace('severity: High', 'severity: Loud'));
  await mistakes(page).getByText('severity').first().waitFor();
  const at = text.split('\n').indexOf('severity: High') + 1;
  const told = String(await mistakes(page).textContent());
  proof.check('a mistake of the file is told by the service, at its line', told.includes(`${at}:1`), told);
  await write(page, text.replace(/^( +)let ProgramServices/m, '$1let ProgramServices\u0020'));
  await page.keyboard.press('Control+End');
  await editor(page).press('Tab');
  const left = await page.evaluate(() => document.activeElement?.tagName !== 'DIV');
  proof.check('Tab leads out of the editor', left);
}

/** The rule that was made, with a draft of it that finds less. */
async function played(proof: Proof, page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Edit…' }).click();
  await page.getByText('It can run').waitFor();
  const text = await page.evaluate(async () => {
    const [rule] = /[0-9a-f-]{36}/.exec(location.pathname) ?? [];
    const answer = await fetch(`/api/rules/${rule}/versions/1`);
    return ((await answer.json()) as { text: string }).text;
  });
  await write(page, text.replace('BytesSent > 1000000', 'BytesSent > 9000000'));
  await page.getByText('It can run').waitFor();
  await page.getByLabel('Over the last').selectOption('14');
  await page.getByRole('button', { name: 'Back-test it' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('It was cancelled.').waitFor();
  proof.check('a back-test is cancelled', true);
  await page.getByRole('button', { name: 'Back-test it' }).click();
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  const gone = page.getByRole('region', { name: 'Gone: the draft does not find it' });
  await gone.waitFor({ timeout: 240_000 });
  proof.check('what is gone is told', (await gone.locator('tbody tr').count()) > 0);
  const heading = page.getByRole('heading', { name: /^New: only the draft finds it/ });
  proof.check('and what is new', await heading.isVisible());
  const sums = await page.locator('.backtest-sums').textContent();
  proof.check('both versions are told', /Present version.*alerts.*This draft.*alerts/.test(sums ?? ''), sums);
  const chart = page.getByRole('img', { name: /^Alerts a day: column chart of Present version, This draft/ });
  proof.check('and drawn', await chart.isVisible());
  await chart.scrollIntoViewIfNeeded();
  await lookedAt(proof, page, 'rule-backtest');
  // What is not saved is not left without a word.
  page.once('dialog', (dialog) => void dialog.dismiss());
  await page.getByRole('link', { name: 'Coverage' }).click();
  proof.check('who leaves with a draft is asked', page.url().endsWith('/edit'), page.url());
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('link', { name: 'Coverage' }).click();
  await page.waitForURL(/\/coverage$/);
}

async function saved(proof: Proof, page: Page, home: string): Promise<void> {
  const text = await read(home);
  await write(page, text.replace('severity: High', 'severity: Medium'));
  await page.getByRole('region', { name: /^From version 1 to your text/ }).waitFor();
  await page.getByText('It can run').waitFor();
  await editor(page).press('Control+s');
  await page.getByRole('dialog', { name: 'Save this rule' }).waitFor();
  await page.keyboard.type('At most medium here.');
  await lookedAt(proof, page, 'rule-save');
  await page.keyboard.press('Enter');
  await page.getByText('Version 2 is saved, and runs.').waitFor();
  proof.check('the file says so', (await read(home)).includes('severity: Medium'));
  await page.getByText('at most medium', { exact: true }).waitFor();
  proof.check('and the rule’s page', true);
  await page.getByText('saved by analyst').first().waitFor();
  const told = await page.locator('.versions li').first().textContent();
  proof.check('the version says why', told?.includes('At most medium here.') === true, told);
}

/** A colleague saves, and somebody writes into the file, while the editor is open. */
async function conflict(proof: Proof, page: Page, home: string): Promise<void> {
  await page.getByRole('link', { name: 'Edit…' }).click();
  await editor(page).waitFor();
  await page.getByText('It can run').waitFor();
  const colleague = await proof.page({ as: 'admin' });
  await colleague.goto(`/rules/${id}`);
  const theirs = (await read(home)).replace('severity: Medium', 'severity: Low');
  const status = await colleague.evaluate(
    ([rule, yaml]) =>
      fetch(`/api/rules/${rule}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ yaml, base: 2, reason: 'Low is enough' }),
      }).then((response) => response.status),
    [id, theirs] as const,
  );
  proof.check('a colleague saves', status === 200, status);
  await colleague.context().close();
  await write(page, theirs.replace('severity: Low', 'severity: Informational'));
  await page.getByText('It can run').waitFor();
  await save(page).click();
  await page.keyboard.type('Not told at all.');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Somebody else changed this rule' }).waitFor();
  await page.getByText('Since then there is version 3, saved by admin').waitFor();
  proof.check('nothing of the one is lost to the other', (await read(home)).includes('severity: Low'));
  const region = page.getByRole('region', { name: 'From version 3 to your text' });
  const rows = await region.locator('tr.gone, tr.new').allTextContents();
  proof.check('both texts are told', rows.length === 2 && /Low/.test(rows[0] ?? ''), rows);
  await lookedAt(proof, page, 'rule-conflict');
  await page.getByRole('button', { name: 'Go on with mine, on version 3' }).click();
  await save(page).click();
  await page.keyboard.type('Not told at all.');
  await page.keyboard.press('Enter');
  await page.getByText('Version 4 is saved, and runs.').waitFor();
  proof.check('who has seen both may go on', (await read(home)).includes('severity: Informational'));
}

async function compared(proof: Proof, page: Page, home: string): Promise<void> {
  await writeFile(join(home, file), (await read(home)).replace('severity: Informational', 'severity: High'));
  await page.getByText('changed on disk').first().waitFor({ timeout: 60_000 });
  await page.getByRole('combobox', { name: 'From' }).selectOption('2');
  await page.getByRole('combobox', { name: 'To' }).selectOption('5');
  const region = page.getByRole('region', { name: 'From version 2 to version 5' });
  await region.waitFor();
  const rows = await region.locator('tr.gone, tr.new').allTextContents();
  proof.check('any two versions are compared', /Medium/.test(rows[0] ?? '') && /High/.test(rows[1] ?? ''), rows);
  await region.scrollIntoViewIfNeeded();
  await lookedAt(proof, page, 'rule-versions');
  await page.getByRole('link', { name: 'Go back to version 3' }).click();
  await editor(page).waitFor();
  await page.getByRole('region', { name: 'From version 5 to your text' }).waitFor();
  await page.getByText('It can run').waitFor();
  await save(page).click();
  const why = await page.getByLabel('Why').inputValue();
  proof.check('going back is a save with its reason', why === 'As version 3 again', why);
  await page.keyboard.press('Enter');
  await page.getByText('Version 6 is saved, and runs.').waitFor();
  proof.check('and the file says what it said', (await read(home)).includes('severity: Low'));
}

/** From a hunt to a rule that runs. */
async function made(proof: Proof, page: Page, home: string): Promise<void> {
  await page.goto(
    '/hunt?q=DeviceNetworkEvents%20%7C%20where%20EvidenceTime%20%3E%20ago(1d)%20and%20BytesSent%20%3E%201000000',
  );
  await page.getByRole('button', { name: 'Turn into a rule…' }).click();
  await page.keyboard.type('Much at once');
  await page.getByRole('link', { name: 'Go on in the editor' }).click();
  await editor(page).waitFor();
  await page.getByText('It can run').waitFor();
  await lookedAt(proof, page, 'rule-new');
  await save(page).click();
  await page.getByRole('dialog', { name: 'Make this rule' }).waitFor();
  await page.keyboard.type('A hunt found it worth while.');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Much at once' }).waitFor();
  const text = await readFile(join(home, 'rules/much-at-once/rule.yaml'), 'utf8');
  proof.check('a hunt has become a rule', text.includes('BytesSent > 1000000'));
}

async function lookedOn(proof: Proof): Promise<void> {
  const page = await proof.page({ as: 'viewer' });
  proof.refusalsAreMeant(page);
  await page.goto(`/rules/${id}`);
  await page.getByText('saved by analyst').first().waitFor();
  proof.check(
    'a viewer sees versions and changes none',
    (await page.getByRole('link', { name: 'Edit…' }).count()) === 0,
  );
  proof.check('nor goes back', (await page.getByRole('link', { name: /^Go back/ }).count()) === 0);
  await page.goto(`/rules/${id}/edit`);
  await page.getByText('You look here as a viewer').waitFor();
  proof.check('nor is given an editor', (await editor(page).count()) === 0);
  await proof.accessible(page, 'rule-edit-viewer');
  const status = await page.evaluate(
    (rule) =>
      fetch(`/api/rules/${rule}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ yaml: 'x', base: 6, reason: 'because' }),
      }).then((response) => response.status),
    id,
  );
  proof.check('nor let by the service', status === 403, status);
  await page.context().close();
}
