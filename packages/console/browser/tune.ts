import { appendFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { AlertBook } from '../../weir/src/alert/book.ts';
import { machineClock } from '../../weir/src/cli/clock.ts';
import { finding } from '../../weir/src/report/result.fixture.ts';
import { setRule } from '../../weir/src/serve/desks/stops.ts';
import { Store } from '../../weir/src/store/store.ts';
import { addPeople, emptyHome } from './home.ts';
import { lookedAt, type Proof } from './proof.ts';

const rule = { id: '5f0b7c3e-2d1a-4c55-9f1e-6a0d5b8c4e21', name: 'Rule that is tuned', version: '1.0.0' };
const day = 864_000_000_000n;

/** A home with an exception in a file, and alerts of a rule that is stopped, so that what is told here stands. Alerts 1 to 3
 *  are of one program: of ana and of ben on one device, that of ben confirmed, and of ana on another. Alert 4 is months old. */
export async function tunedHome(): Promise<string> {
  const home = await emptyHome();
  const folder = join(home, 'rules/tuned');
  await cp(join(home, 'rules/exfiltration-service'), folder, { recursive: true });
  const text = await readFile(join(folder, 'rule.yaml'), 'utf8');
  await writeFile(
    join(folder, 'rule.yaml'),
    text.replace(/^id: .*$/m, `id: ${rule.id}`).replace(/^name: .*$/m, `name: ${rule.name}`),
  );
  const now = machineClock.now();
  const dayOf = (ticks: bigint) => new Date(Number(ticks / 10_000n) - 62_135_596_800_000).toISOString().slice(0, 10);
  await writeFile(
    join(home, 'exceptions.yaml'),
    `exceptions:
  - id: backups
    name: Nightly backups
    rule: all
    when: Process in~ ("restic.exe", "veeam.exe") and DeviceName startswith "bk-"
    owner: operations
    reason: Change 4711
    created: ${dayOf(now - 30n * day)}
    expires: ${dayOf(now + 5n * day)}
  - id: ben
    name: Ben’s archive
    rule: all
    when: AccountName == "ben" and Process == "rclone.exe"
    owner: operations
    reason: Change 4712
    created: ${dayOf(now - 30n * day)}
    expires: ${dayOf(now + 50n * day)}
`,
  );
  await appendFile(join(home, 'weir.yaml'), 'exceptions: exceptions.yaml\n');
  const store = Store.open(join(home, 'weir.db'));
  await addPeople(store);
  setRule(store, rule, { enabled: false, reason: 'what is told here stands' }, { actor: 'test', at: now });
  const book = new AlertBook(store, { floor: 'high' });
  const on = (nth: number, device: string, account: string, age = 1n) => {
    const base = finding();
    return {
      finding: finding({
        ...{ id: `t${nth}`, rule, firstSeen: now - age * day, lastSeen: now - age * day + 600_000_000n },
        title: `rclone.exe on ${device} sent much to Mega as ${account}`,
        ...{ service: 'Mega', severity: 'medium', bytesSent: 5_000_000n, bytesKnown: 2, connections: 2 },
        entities: { ...base.entities, device, account, process: 'rclone.exe', destination: 'up.mega.example' },
      }),
    };
  };
  const findings = [
    on(1, 'ws-1.larkfield.example', 'ana'),
    on(2, 'ws-1.larkfield.example', 'ben'),
    on(3, 'ws-2.larkfield.example', 'ana'),
    on(4, 'ws-9.larkfield.example', 'old', 90n),
  ];
  for (const each of findings) book.apply({ rule, revision: '1', findings: [each], at: now, wholeSince: now });
  book.change([{ id: 2, version: 1 }], { state: 'closed', verdict: 'true-positive' }, { actor: 'analyst', at: now });
  store.close();
  return home;
}

/** Exceptions: proposed, refused for a confirmed case, made, ended, let through by an administrator; and who may not. */
export async function tune(proof: Proof): Promise<void> {
  process.stdout.write('what is normal here\n');
  const page = await proof.page({ as: 'analyst' });
  proof.refusalsAreMeant(page);
  await proposed(proof, page);
  await made(proof, page);
  await page.context().close();
  await letThrough(proof);
  await beforehand(proof);
  await lookedOn(proof);
}

const save = (page: Page) => page.getByRole('button', { name: 'Hide these from now on' });

async function proposed(proof: Proof, page: Page): Promise<void> {
  await page.goto('/alerts/4');
  await page.getByRole('heading', { level: 1 }).getByText('ws-9').waitFor();
  await page.keyboard.press('n');
  await page.getByText('It would have hidden 1 alert').waitFor();
  proof.check('an old alert is counted itself', await page.getByText(': this one').isVisible());
  await page.goto('/alerts/2/normal');
  await page.getByText('Nothing is proposed').waitFor();
  proof.check('what was confirmed is not proposed to be hidden', (await page.getByRole('radio').count()) === 0);
  await proof.picture(page, 'tune-confirmed');

  await page.goto('/alerts/1');
  await page.getByRole('link', { name: /^This is normal here/ }).click();
  await page.getByRole('radio').nth(2).waitFor();
  await page.getByText('It would have hidden 1 alert').waitFor();
  await lookedAt(proof, page, 'tune');
  await page.getByRole('radio').nth(1).check();
  await page.getByText('This exception is refused').waitFor();
  const rows = page.getByRole('region', { name: 'Alerts that it would have hidden' }).locator('tbody tr');
  const told = await rows.allTextContents();
  proof.check(
    'which it would hide is told, the confirmed case first',
    told.length === 2 && /^2.*True positive/.test(told[0] ?? '') && /^1/.test(told[1] ?? ''),
    told,
  );
  proof.check('one that would hide a confirmed case cannot be saved', await save(page).isDisabled());
  proof.check('and who can let it through is told', await page.getByText('ask an administrator').isVisible());
  await lookedAt(proof, page, 'tune-refused');

  await page.getByLabel('Condition').fill('Process =~ "rclone.exe"\nand Devise == "ws-1"');
  await page.getByRole('button', { name: 'Line 2, column 5' }).waitFor();
  proof.check('a mistake says the way out', await page.getByText('a finding has no column Devise').isVisible());
  await page.getByRole('button', { name: 'Line 2, column 5' }).click();
  const at = await page.getByLabel('Condition').evaluate((box) => (box as HTMLTextAreaElement).selectionStart);
  proof.check('and leads to its place', at === 'Process =~ "rclone.exe"\nand '.length, at);
  await proof.picture(page, 'tune-mistake');
  await page.getByLabel('Condition').fill('Process =~ "rclone.exe"\nand AccountName == "ana"');
  await page.getByText('It would have hidden 2 alerts').waitFor();
}

async function made(proof: Proof, page: Page): Promise<void> {
  await page.getByRole('radio').nth(0).check();
  await page.getByText('It would have hidden 1 alert').waitFor();
  await save(page).click();
  proof.check('a reason is asked for', page.url().endsWith('/alerts/1/normal'));
  await page.getByLabel('Why is it normal?').fill('Nightly copy of the archive.');
  await page.getByLabel('Why is it normal?').press('Tab');
  await save(page).click();
  await page.getByRole('heading', { name: /^Made: / }).waitFor();
  proof.check('what it hides is told', await page.getByText('It hides 1 alert that there is').isVisible());
  await proof.picture(page, 'tune-made');
  await page.getByRole('link', { name: /^All exceptions/ }).click();
  const card = page.locator('#console-1');
  await card.getByText('Nightly copy of the archive.').waitFor();
  const told = String(await card.textContent());
  proof.check('its scope is told in words', /rclone\.exe.*started by.*to up\.mega\.example.*as ana/.test(told), told);
  proof.check('and who made it', told.includes('by analyst'), told);
  const file = String(await page.getByRole('article').filter({ hasText: 'Nightly backups' }).textContent());
  proof.check('one of a file says where it lives', /exceptions\.yaml:\d+/.test(file), file);
  const refused = page.getByRole('article').filter({ hasText: 'Ben’s archive' });
  proof.check(
    'one that a verdict has stopped says so, and by which alert',
    await refused.getByRole('link', { name: 'alert 2' }).isVisible(),
  );
  proof.check('one that ends soon says so', file.includes('Ends soon'), file);
  await lookedAt(proof, page, 'exceptions');
  await card.getByRole('button', { name: 'End now…' }).click();
  await page.getByRole('dialog', { name: 'End this exception' }).waitFor();
  await page.keyboard.type('The archive has moved.');
  await proof.picture(page, 'exception-end');
  await page.getByRole('button', { name: 'End it now' }).click();
  await card.getByText('Ended by analyst').waitFor();
  proof.check('an ended one says why', String(await card.textContent()).includes('The archive has moved.'));
}

async function letThrough(proof: Proof): Promise<void> {
  const page = await proof.page({ as: 'admin' });
  await page.goto('/alerts/1/normal');
  await page.getByRole('radio').nth(1).check();
  await page.getByText('This exception is refused').waitFor();
  proof.check('not even an administrator saves it without a word', await save(page).isDisabled());
  await page.getByLabel('Why may it hide confirmed cases?').fill('Agreed with legal: that case is closed.');
  await page.getByLabel('Why is it normal?').fill('The device of the backup.');
  await lookedAt(proof, page, 'tune-override');
  await save(page).click();
  await page.getByRole('heading', { name: /^Made: / }).waitFor();
  await page.getByRole('link', { name: /^All exceptions/ }).click();
  await page.getByText('It may hide confirmed cases').waitFor();
  proof.check('an override stands beside it, with its reason', await page.getByText('Agreed with legal').isVisible());
  await page.context().close();
}

/** An exception before there is an alert, and a later end for it; neither hides what a person has confirmed. */
async function beforehand(proof: Proof): Promise<void> {
  const page = await proof.page({ as: 'analyst' });
  proof.refusalsAreMeant(page);
  await page.goto('/exceptions');
  await page.getByRole('link', { name: 'New exception…' }).click();
  await page.getByText('Choose a rule first.').waitFor();
  await page.getByLabel('Rule', { exact: true }).selectOption({ label: rule.name });
  await page.getByLabel('Condition').fill('Process =~ "rclone.exe" and DeviceName =~ "ws-1.larkfield.example"');
  await page.getByText('This exception is refused').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Tape robot');
  await page.getByLabel('Why is it normal?').fill('It comes on Monday, change 4720.');
  proof.check('without an alert too, a confirmed case stays in sight', await save(page).isDisabled());
  await page.getByLabel('Condition').fill('Process =~ "restic.exe" and DeviceName startswith "bk-"');
  await page.getByText('It would have hidden nothing.').waitFor();
  await lookedAt(proof, page, 'exception-new');
  await save(page).click();
  await page.getByRole('heading', { name: 'Made: Tape robot' }).waitFor();
  await page.getByRole('link', { name: /^All exceptions/ }).click();
  const card = page.getByRole('article').filter({ hasText: 'Tape robot' });
  await card.getByRole('button', { name: 'Renew…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Renew this exception' });
  await dialog.getByText('It would have hidden nothing.').waitFor();
  await dialog.getByLabel('Why does it go on?').fill('The robot stays.');
  await lookedAt(proof, page, 'exception-renew');
  const until = await dialog.getByLabel('Until').inputValue();
  await dialog.getByRole('button', { name: 'Renew it' }).click();
  await card.getByText('by analyst: The robot stays.').waitFor();
  proof.check('a renewed one says until when', String(await card.textContent()).includes(`until ${until}`), until);
  const overridden = page.getByRole('article').filter({ hasText: 'It may hide confirmed cases' });
  await overridden.getByRole('button', { name: 'Renew…' }).click();
  await dialog.getByText('ask an administrator').waitFor();
  await dialog.getByLabel('Why does it go on?').fill('As before.');
  proof.check('leave ends with its time', await dialog.getByRole('button', { name: 'Renew it' }).isDisabled());
  await page.context().close();
}

async function lookedOn(proof: Proof): Promise<void> {
  const page = await proof.page({ as: 'viewer' });
  proof.refusalsAreMeant(page);
  await page.goto('/alerts/1');
  await page.getByRole('heading', { level: 1 }).getByText('ws-1').waitFor();
  await page.keyboard.press('n');
  await page.getByText('You look here as a viewer').waitFor();
  proof.check('a viewer is told why not', (await save(page).count()) === 0);
  await proof.accessible(page, 'tune-viewer');
  const status = await page.evaluate(() =>
    fetch('/api/exceptions/propose', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ alert: 1 }),
    }).then((response) => response.status),
  );
  proof.check('nor let by the service', status === 403, status);
  await page.getByRole('link', { name: 'exceptions', exact: true }).click();
  await page.getByText('Nightly backups').waitFor();
  proof.check('and ends none', (await page.getByRole('button', { name: 'End now…' }).count()) === 0);
  await page.context().close();
}
