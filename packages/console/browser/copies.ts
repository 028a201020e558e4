import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { setRuleCopy } from '../../weir/src/schedule/ruleCopies.ts';
import { Store } from '../../weir/src/store/store.ts';
import { addPeople } from './home.ts';
import { lookedAt, type Proof } from './proof.ts';

const id = '8d1f0a52-6c1e-4a3b-9f0e-2b7c51d4e6a1';
const shipped = join(import.meta.dirname, '../../../content/rules/exfiltration-service');

/** A home with a copy of one of Weir's own rules, made when Weir shipped another text. */
export async function copiedHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'weir-console-'));
  const folder = join(home, 'rules/exfiltration-service');
  await mkdir(folder, { recursive: true });
  const text = await readFile(join(shipped, 'rule.yaml'), 'utf8');
  const before = text.replace(/^queryPeriod: .*$/m, 'queryPeriod: 2h');
  await writeFile(join(folder, 'rule.yaml'), text.replace('severity: High', 'severity: Low'));
  // The folder holds another, too: a last one stays. Weir's other rules would only take time.
  await cp(join(shipped, '../bulk-upload/rule.yaml'), join(home, 'rules/other.yaml'));
  await writeFile(join(home, 'weir.yaml'), `listen: 127.0.0.1:0\nrules: [rules, ${JSON.stringify(shipped)}]\n`);
  const store = Store.open(join(home, 'weir.db'));
  await addPeople(store);
  setRuleCopy(store, id, before);
  store.close();
  return home;
}

/** A copy of a shipped rule: what differs, that Weir ships another, and the way back to it and from it. */
export async function copies(proof: Proof, home: string): Promise<void> {
  process.stdout.write('copies of shipped rules\n');
  const file = join(home, 'rules/exfiltration-service/rule.yaml');
  const own = await readFile(file, 'utf8');
  const page = await proof.page({ as: 'analyst' });
  page.setDefaultTimeout(60_000);
  await page.goto('/rules');
  await page.getByText('Weir ships another text of this rule than your copy was made from.').waitFor();
  const top = await page.locator('article.rule').first().textContent();
  proof.check('a copy that is behind stands above', top?.includes('your copy') === true, top);
  await lookedAt(proof, page, 'rules-behind');
  proof.check('health says whose', (await healthOf(page)).includes('Connection to a service known for exfiltration'));
  await page.getByRole('link', { name: 'See what changed' }).click();
  const since = page.getByRole('region', { name: 'From the shipped rule of then to that of now' });
  await since.waitFor();
  proof.check('what Weir changed is told', /queryPeriod: 2h/.test((await since.textContent()) ?? ''));
  const differs = page.getByRole('region', { name: 'From the shipped rule to your copy' });
  const lines = await differs.locator('tr.gone, tr.new').allTextContents();
  proof.check(
    'and what differs',
    lines.length === 2 && /High/.test(lines[0] ?? '') && /Low/.test(lines[1] ?? ''),
    lines,
  );
  await since.scrollIntoViewIfNeeded();
  await lookedAt(proof, page, 'rule-copy-behind');
  await page.getByRole('button', { name: 'I have looked, keep mine' }).click();
  await since.waitFor({ state: 'detached' });
  proof.check('who keeps it is told no more', (await readFile(file, 'utf8')) === own);
  await proof.until('nor is health', async () => (await healthOf(page)) === '', { within: 60 });
  await page.getByRole('button', { name: 'Go back to the shipped rule…' }).click();
  await page.getByRole('dialog', { name: 'Go back to the shipped rule' }).waitFor();
  await page.keyboard.type('Weir’s own is fine now.');
  await lookedAt(proof, page, 'rule-copy-back');
  await page.getByRole('button', { name: 'Go back', exact: true }).click();
  await page.getByText('The shipped rule runs again. Your copy is version 1.').waitFor();
  await page.getByText('the shipped rule again, by analyst').first().waitFor();
  await page.getByRole('heading', { name: 'Your copy of a shipped rule' }).waitFor({ state: 'detached' });
  proof.check('the copy is gone', (await readdir(join(home, 'rules/exfiltration-service'))).length === 0);
  proof.check('and the shipped rule runs', await page.getByText('at most high', { exact: true }).isVisible());
  await lookedAt(proof, page, 'rule-copy-gone');
  await page.getByRole('link', { name: 'Go back to version 1' }).click();
  await page.getByText('It can run').waitFor();
  await page.getByRole('button', { name: 'Save…' }).click();
  await page.keyboard.press('Enter');
  await page.getByText('Version 3 is saved, and runs.').waitFor();
  proof.check('going back is undone from the versions', (await readFile(file, 'utf8')) === own);
  await page.getByRole('heading', { name: 'Your copy of a shipped rule' }).waitFor();
  await page.context().close();
  const viewer = await proof.page({ as: 'viewer' });
  viewer.setDefaultTimeout(60_000);
  await viewer.goto(`/rules/${id}`);
  await viewer.getByRole('heading', { name: 'Your copy of a shipped rule' }).waitFor();
  const buttons = await viewer.getByRole('button', { name: /^(Go back|I have looked)/ }).count();
  proof.check('who may only look goes nowhere', buttons === 0, buttons);
  await viewer.context().close();
}

/** What health says of copies; empty: nothing. */
function healthOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { parts } = (await (await fetch('/api/health')).json()) as { parts: { part: string; reason: string }[] };
    return parts.find(({ part }) => part === 'copies of rules')?.reason ?? '';
  });
}
