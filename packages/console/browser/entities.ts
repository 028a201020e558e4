import { lookedAt, type Proof } from './proof.ts';

/** From an alert to what is usual of its device, and to the pages of who and what takes part in it. */
export async function entities(proof: Proof): Promise<void> {
  process.stdout.write('entities\n');
  const page = await proof.page({ as: 'analyst' });
  const main = page.getByRole('main');
  // The rule of invented alerts is not there, and so they have no guide.
  proof.refusalsAreMeant(page);
  await page.goto('/alerts?state=all&text=ws-001');
  await page.locator('.rows [role=row]').filter({ hasText: 'all 8 connections' }).click();
  await page.getByRole('heading', { name: 'Against what is usual of its device' }).waitFor();
  const began = performance.now();
  await page.getByRole('img', { name: /^Bytes sent each day/ }).waitFor({ timeout: 40_000 });
  proof.figures['ms from an alert to its device’s usual, with the pause'] = performance.now() - began;
  const told = String(await main.allInnerTexts()).replace(/\s+/g, ' ');
  for (const part of [
    /On \d+ \w+ it sent [\d.]+ MiB in all, /,
    /On a usual day it sends [\d.]+ MiB: half of \d+ days stay below/,
    /Who started what .* cmd\.exe .* rclone\.exe/,
  ])
    proof.check(`an alert tells ${part.source}`, part.test(told), told);
  await page.getByRole('button', { name: 'Look further up' }).click();
  await main.getByText('What started the first of these is not in the logs').waitFor({ timeout: 40_000 });
  const lineage = String(await main.locator('.lineage').allInnerTexts()).replace(/\s+/g, ' ');
  proof.check(
    'what started its parent is told, with its command line',
    /winword\.exe as person-1 winword\.exe "letter\.docx" cmd\.exe as person-1 cmd\.exe \/c copy\.bat rclone\.exe/.test(
      lineage,
    ),
    lineage,
  );
  const minutes = String(await main.locator('[aria-labelledby=when]').textContent());
  for (const part of [
    /A usual day of its device, spread evenly: [\d.]+ KiB in 10 seconds, nine days in ten up to [\d.]+ KiB\./,
    /By \d\d:\d\d:\d\d UTC it had sent more than its device does in all on nine days in ten\./,
  ])
    proof.check(`its minutes tell ${part.source}`, part.test(minutes), minutes);
  await lookedAt(proof, page, 'alert-usual');

  await page.getByRole('link', { name: 'History of ws-001.larkfield.example' }).click();
  await page.waitForURL('**/entities/device/ws-001.larkfield.example');
  await page.getByRole('heading', { name: 'Programs' }).waitFor({ timeout: 40_000 });
  const device = String(await main.allInnerTexts()).replace(/\s+/g, ' ');
  for (const part of [
    /First seen \d+ \w+/,
    /Services .* Google Drive [\d.]+ GiB all [\d,]+ connections, on \d+ days/,
    /rclone\.exe/,
    /Alerts \d+ alerts? In the list/,
  ])
    proof.check(`a device tells ${part.source}`, part.test(device), device);
  await lookedAt(proof, page, 'entity');
  await page.getByRole('link', { name: 'rclone.exe', exact: true }).click();
  await page.waitForURL('**/entities/process/rclone.exe');
  await page.getByRole('heading', { name: 'Devices' }).waitFor({ timeout: 40_000 });
  proof.check('a program has no programs', (await page.getByRole('heading', { name: 'Programs' }).count()) === 0);

  await page.goto('/alerts?state=all&text=ws-040');
  await page.locator('.rows [role=row]').first().click();
  await main.getByText('What is usual of its device is not known.').waitFor({ timeout: 40_000 });
  proof.check(
    'an unknown usual draws no band',
    (await main.locator('[aria-labelledby=when] .usual-band').count()) === 0,
  );
  await page.goto('/entities/device/ws-040.larkfield.example');
  await main.locator('.said').getByText('What is usual is not known').waitFor({ timeout: 40_000 });
  await main.locator('.shares').getByText('unknown').first().waitFor();
  proof.check(
    'bytes that nobody counted are not zero',
    !/\b0 B\b/.test(await main.locator('.shares').first().innerHTML()),
  );
  await proof.picture(page, 'entity-uncounted');

  await page.goto('/alerts?state=all');
  const hostile = page.locator('.rows [role=row]').filter({ hasText: 'window.stolen' }).first();
  await hostile.locator('.c-who a').click();
  await page.waitForURL(/\/entities\/device\/.*window\.stolen/);
  await page.getByText('No connection of it left').waitFor({ timeout: 40_000 });
  await proof.harmless(page, 'a name that means harm');
  await proof.picture(page, 'entity-hostile');
  await page.context().close();
}
