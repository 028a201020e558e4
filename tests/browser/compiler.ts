import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '@weir/kql';
import { build } from 'esbuild';
import type { Check } from './checks.ts';
import type { Browser } from './chromium.ts';
import { openPage } from './page.ts';

const schema = {
  tables: {
    Events: [
      { name: 'Timestamp', type: 'datetime' },
      { name: 'Url', type: 'string' },
    ],
  },
} as const;

const queries = [
  'Events | where Timestamp > ago(1d) and Url has "mega.nz" | summarize n = count() by bin(Timestamp, 1h)',
  'print cell = geo_point_to_h3cell(10, 50, 7)',
  'Events | where Timestampp > ago(1d)',
];

/** The compiler gives in a browser what it gives here. */
export async function compiles(browser: Browser, folder: string, check: Check): Promise<void> {
  const { outputFiles } = await build({
    stdin: {
      contents: "import { compile } from '@weir/kql'; globalThis.weirCompile = compile;",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'browser',
    write: false,
  });
  const scripts = [
    ...['bridge.min.js', 'Kusto.Language.Bridge.min.js'].map((name) =>
      readFileSync(createRequire(import.meta.url).resolve(`@kusto/language-service-next/${name}`)),
    ),
    ...outputFiles.map(({ contents }) => contents),
  ];
  const names = scripts.map((content, index) => {
    writeFileSync(join(folder, `compiler-${index}.js`), content);
    return `compiler-${index}.js`;
  });
  const file = join(folder, 'compiler.html');
  writeFileSync(file, `<!doctype html>${names.map((name) => `<script src="${name}"></script>`).join('')}`);
  const page = await openPage(browser);
  await page.open(pathToFileURL(file).href);
  for (const query of queries) {
    const here = compile(query, { schema, dialect: 'duckdb' });
    const wanted = { sql: here.sql, codes: here.diagnostics.map(({ code }) => code) };
    const seen = await page.value(`(() => {
      const { sql, diagnostics } = weirCompile(${JSON.stringify(query)}, { schema: ${JSON.stringify(schema)}, dialect: 'duckdb' });
      return { sql, codes: diagnostics.map(({ code }) => code) };
    })()`);
    check(`compiles ${query}`, JSON.stringify(seen) === JSON.stringify(wanted), { seen, wanted });
  }
  check('the console is silent', page.complaints.length === 0, page.complaints);
}
