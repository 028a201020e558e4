import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeSource from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { password } from './home.ts';

export type Theme = 'light' | 'dark';

type Allowed = Page & { refusals?: boolean; losses?: boolean };

/** A browser at a service, and what was seen with it. */
export class Proof {
  readonly url: string;
  readonly #browser: Browser;
  readonly #pictures: string;
  passed = 0;
  readonly failed: string[] = [];
  readonly figures: Record<string, number> = {};

  private constructor(url: string, browser: Browser, pictures: string) {
    this.url = url;
    this.#browser = browser;
    this.#pictures = pictures;
  }

  /** Debian's own Chromium; pictures go into the folder. */
  static async open(url: string, pictures: string): Promise<Proof> {
    await mkdir(pictures, { recursive: true });
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    });
    return new Proof(url, browser, pictures);
  }

  check(what: string, holds: boolean, detail?: unknown): void {
    if (holds) this.passed += 1;
    else this.failed.push(what);
    process.stdout.write(`${holds ? 'ok    ' : 'FAILED'} ${what}${holds ? '' : `: ${JSON.stringify(detail)}`}\n`);
  }

  /** Waits until it is so, for as long as it says (seconds). */
  async until(what: string, holds: () => Promise<boolean>, { within = 15 } = {}): Promise<void> {
    const began = performance.now();
    let last: unknown = 'it never was';
    while (performance.now() - began < within * 1_000) {
      try {
        if (await holds()) return this.check(what, true);
      } catch (error) {
        last = String(error).slice(0, 300);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.check(what, false, last);
  }

  /** A page of its own window. Whatever its console says, and whatever is asked of elsewhere, fails the proof. */
  async page({
    as,
    theme = 'light',
    width = 1_440,
  }: {
    as?: string;
    theme?: Theme;
    width?: number;
  } = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: theme,
      // A colour that is on its way is none to be judged.
      reducedMotion: 'reduce',
      baseURL: this.url,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const allowed = page as Allowed;
    page.on('console', (message) => {
      // The rule of invented alerts is not there, and so it has no guide.
      if (/\/guide$/.test(message.location().url)) return;
      // That an answer is 401 or 409 the browser tells by itself.
      if (message.type() === 'error' && /status of 4\d\d|ERR_CONNECTION/.test(message.text()) && allowed.refusals)
        return;
      if (/ERR_(INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)/.test(message.text()) && allowed.losses) return;
      this.failed.push(`${page.url()} says: ${message.text()}`);
      process.stdout.write(`FAILED the page says ${message.type()}: ${message.text()}\n`);
    });
    page.on('pageerror', (error) => this.check(`no error on ${page.url()}`, false, error.stack));
    page.on('request', (request) => {
      if (!request.url().startsWith(this.url)) this.check('nothing is asked of elsewhere', false, request.url());
    });
    if (as !== undefined) await this.signIn(context, as);
    return page;
  }

  /** From now on the page may be refused what it asks. */
  refusalsAreMeant(page: Page): void {
    (page as Allowed).refusals = true;
  }

  /** From now on the service may go away under the page, also while it answers. */
  lossesAreMeant(page: Page): void {
    this.refusalsAreMeant(page);
    (page as Allowed).losses = true;
  }

  async signIn(context: BrowserContext, name: string): Promise<void> {
    const answered = await context.request.post('/api/session', {
      data: { name, password },
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    if (!answered.ok()) throw new Error(`${name} is not let in: ${await answered.text()}`);
  }

  /** Nothing that axe holds against WCAG 2.2 AA. */
  async accessible(page: Page, what: string): Promise<void> {
    await page.evaluate(AxeSource.source);
    const found = await page.evaluate(async () => {
      // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there
      const { violations } = await (globalThis as any).axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
      return (violations as { id: string; nodes: { target: unknown; failureSummary?: string }[] }[]).map(
        ({ id, nodes }) => [id, nodes.length, nodes[0]?.target, nodes[0]?.failureSummary],
      );
    });
    this.check(`${what}: nothing that axe finds`, found.length === 0, found);
  }

  /** No text of a log ran or hid anything, and the page is no wider than its window. */
  async harmless(page: Page, what: string): Promise<void> {
    const seen = await page.evaluate(() => ({
      stolen: 'stolen' in globalThis,
      steering: /[\p{Cc}\p{Cf}]/u.test((document.body.textContent ?? '').replaceAll('\n', '')),
      strangers: [...document.querySelectorAll('img, script, iframe')].filter(
        (e) => !/^\/(assets\/|weir\.svg|theme\.js)/.test(e.getAttribute('src') ?? ''),
      ).length,
      wide: document.documentElement.scrollWidth > innerWidth,
    }));
    const fine = !seen.stolen && !seen.steering && seen.strangers === 0 && !seen.wide;
    this.check(`${what}: logs stay texts, and nothing is cut off`, fine, seen);
  }

  async picture(page: Page, name: string): Promise<void> {
    await page.screenshot({ path: join(this.#pictures, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Pictures of a page as it is, in both themes and at a laptop's half screen, each looked at by axe. */
export async function lookedAt(proof: Proof, page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await proof.accessible(page, `${name}, ${theme}`);
    await proof.picture(page, `${name}-${theme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 720, height: 900 });
  await proof.accessible(page, `${name}, half a screen`);
  await proof.harmless(page, `${name}, half a screen`);
  await proof.picture(page, `${name}-half`);
  await page.setViewportSize({ width: 1_440, height: 900 });
  await proof.harmless(page, name);
}
