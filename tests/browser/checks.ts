import type { Page } from './page.ts';

export type Check = (what: string, holds: boolean, detail?: unknown) => void;

/** Nothing was fetched, nothing ran, nothing was complained of. */
export async function quiet(page: Page, url: string, check: Check): Promise<void> {
  check('the console is silent', page.complaints.length === 0, page.complaints);
  const others = page.requests.filter((request) => request !== url);
  check('nothing is asked of the network', others.length === 0, others);
  const active = await page.value(`(() => {
    const elements = [...document.querySelectorAll('*')];
    const allowed = new Set(${JSON.stringify(allowedElements)});
    return [
      ...elements.filter((e) => !allowed.has(e.localName)).map((e) => '<' + e.localName + '>'),
      ...elements.flatMap((e) => [...e.attributes].filter((a) => /^on|^style$/.test(a.name)).map((a) => a.name)),
      ...[...document.links].map((a) => a.getAttribute('href')).filter((href) => !href.startsWith('#')),
      ...[...document.querySelectorAll('svg a')].map((a) => a.getAttribute('href')).filter((href) => !href.startsWith('#')),
      ...('stolen' in window ? ['a script of the logs ran'] : []),
    ];
  })()`);
  check('the page holds no script, no handler, no link to elsewhere', active.length === 0, active);
}

const allowedElements = [
  ...[
    'html',
    'head',
    'meta',
    'title',
    'style',
    'body',
    'header',
    'main',
    'footer',
    'nav',
    'section',
    'div',
    'span',
    'p',
  ],
  ...['h1', 'h2', 'h3', 'ul', 'li', 'dl', 'dt', 'dd', 'a', 'strong', 'small', 'details', 'summary', 'pre', 'code'],
  ...['table', 'caption', 'thead', 'tbody', 'tr', 'th', 'td'],
  ...['svg', 'path', 'rect', 'line', 'circle', 'text', 'g', 'desc'],
];

export const openAll = `document.querySelectorAll('details').forEach((d) => { d.open = true; })`;

/** At no width does the page itself scroll sideways, with everything folded out. */
export async function fits(page: Page, check: Check): Promise<void> {
  await page.value(openAll);
  for (const width of [360, 800, 1400]) {
    await size(page, width, 900);
    const wide = await page.value(`document.documentElement.scrollWidth <= ${width} ? [] :
      [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > ${width + 1} && !e.closest('.scroll'))
        .map((e) => e.localName + '.' + e.getAttribute('class')).slice(0, 5)`);
    check(`nothing overflows at ${width} px`, wide.length === 0, wide);
  }
}

export async function size(page: Page, width: number, height: number): Promise<void> {
  await page.call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
}

/** Everything that can be opened or followed is reached by Tab, shows that it is, and a summary opens by Enter. */
export async function keyboard(page: Page, check: Check): Promise<void> {
  await size(page, 1400, 900);
  await page.value(`document.querySelectorAll('details').forEach((d) => { d.open = false; })`);
  const wanted: number = await page.value(
    `[...document.querySelectorAll('a, summary, [tabindex="0"]')].filter((e) => e.checkVisibility() && !e.matches('details details *')).length`,
  );
  const reached = new Set<number>();
  let unmarked = 0;
  for (let i = 0; i < wanted + 2; i += 1) {
    await press(page, 'Tab', 9);
    const { at, outline } = await page.value(`(() => {
      const e = document.activeElement;
      return { at: [...document.querySelectorAll('body *')].indexOf(e), outline: e === document.body ? 'solid' : getComputedStyle(e).outlineStyle };
    })()`);
    if (at >= 0) reached.add(at);
    if (outline === 'none') unmarked += 1;
  }
  check('every link and summary is reached by the keyboard', reached.size >= wanted, `${reached.size} of ${wanted}`);
  check('the focus is seen', unmarked === 0, unmarked);
  await page.value(`document.querySelector('details.finding > summary').focus()`);
  await press(page, 'Enter', 13, '\r');
  check('Enter opens a finding', await page.value(`document.querySelector('details.finding').open`));
}

async function press(page: Page, key: string, code: number, text?: string): Promise<void> {
  const event = { key, code: key, windowsVirtualKeyCode: code };
  await page.call('Input.dispatchKeyEvent', { type: 'keyDown', ...event, ...(text && { text }) });
  await page.call('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
}

/** Light and dark differ, and in both every text can be read: a contrast of 4.5 to 1 against what is behind it. */
export async function legible(page: Page, check: Check): Promise<void> {
  const grounds: string[] = [];
  await page.value(openAll);
  for (const scheme of ['light', 'dark']) {
    await page.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    grounds.push(await page.value('getComputedStyle(document.body).backgroundColor'));
    const faint = await page.value(faintTexts);
    check(`every text can be read in ${scheme}`, faint.length === 0, faint);
  }
  check('light and dark differ', grounds[0] !== grounds[1], grounds);
  await page.call('Emulation.setEmulatedMedia', { features: [] });
}

const faintTexts = `(() => {
  const rgba = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== '');
    if (!own || !e.checkVisibility() || ['title', 'desc'].includes(e.localName)) continue;
    const style = getComputedStyle(e);
    const text = rgba(e.localName === 'text' ? style.fill : style.color);
    const [a, b] = [light(text), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.add(e.localName + '.' + e.getAttribute('class') + ' ' + text + ' on ' + ground(e));
  }
  return [...found].slice(0, 5);
})()`;

/** Paper: a PDF comes out. */
export async function prints(page: Page, check: Check): Promise<void> {
  const { data } = await page.call('Page.printToPDF', { preferCSSPageSize: true });
  const pdf = Buffer.from(data, 'base64');
  check('it prints', pdf.subarray(0, 5).toString() === '%PDF-' && pdf.length > 5_000, pdf.length);
}
