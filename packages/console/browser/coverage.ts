import { lookedAt, type Proof } from './proof.ts';

/** What would be missed: in sentences, by technique, rule, data, time and storage. */
export async function coverage(proof: Proof): Promise<void> {
  process.stdout.write('coverage\n');
  const page = await proof.page({ as: 'viewer' });
  await page.goto('/alerts');
  await page.locator('.rows [role=row]').first().waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  const began = performance.now();
  await page.getByRole('heading', { name: 'Where each rule is blind' }).waitFor({ timeout: 40_000 });
  proof.figures['ms to coverage'] = performance.now() - began;
  const main = String(await page.getByRole('main').allInnerTexts()).replace(/\s+/g, ' ');
  for (const told of [
    /T1567\.001 Exfiltration to Code Repository: no rule is made for it/,
    /T1567\.002 Exfiltration to Cloud Storage Connection to a service known for exfiltration \d+ tests/,
    /never known of 1 device: ws-040\.larkfield\.example/,
    /Fused \d+ % /,
    /closed Connection to a service known for exfiltration .* 2 h It took too long: the rule took longer than 60 s/,
    /Kept for 90 days/,
    /DeviceNetworkEvents [\d,]+ /,
    /free Not yet rows/,
  ])
    proof.check(`coverage tells ${told.source}`, told.test(main), main);
  await lookedAt(proof, page, 'coverage');
  await page.locator('#storage').scrollIntoViewIfNeeded();
  await proof.picture(page, 'coverage-end');
  await page.context().close();

  const analyst = await proof.page({ as: 'analyst' });
  await analyst.goto('/rules');
  await analyst.getByRole('button', { name: 'Stop Connection to a service known for exfiltration' }).click();
  await analyst.getByLabel('Why').fill('too loud');
  await lookedAt(proof, analyst, 'rule-stop');
  await analyst.keyboard.press('Enter');
  await analyst.getByText('Stopped by analyst').waitFor();
  await analyst.getByRole('button', { name: 'Start Connection to a service known for exfiltration' }).click();
  await analyst.getByLabel('Why').fill('mended');
  await analyst.keyboard.press('Enter');
  await analyst.getByRole('button', { name: 'Stop Connection to a service known for exfiltration' }).waitFor();
  proof.check('a rule is stopped and started with a reason', true);
  await analyst.context().close();
}
