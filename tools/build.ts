import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Makes dist/weir, the package that is published: JavaScript, content, its own package.json. Engines stay dependencies.
const root = fileURLToPath(new URL('..', import.meta.url));
const out = `${root}dist/weir`;
const manifest = JSON.parse(await readFile(`${root}packages/weir/package.json`, 'utf8'));
const compiler = JSON.parse(await readFile(`${root}packages/kql/package.json`, 'utf8'));
const external = ['@duckdb/node-api', '@kusto/language-service-next', '@node-rs/argon2'];

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/bin`, { recursive: true });
// The image is tied to what it is made of: another build's is no use to this one.
await build({
  entryPoints: [`${root}packages/weir/src/start/warm.ts`],
  outfile: `${out}/lib/start/warm.cjs`,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  external,
  minifySyntax: true,
  // Its loader of scripts is not used there.
  logOverride: { 'empty-import-meta': 'silent' },
});
const parser = JSON.parse(await readFile(`${root}node_modules/@kusto/language-service-next/package.json`, 'utf8'));
const image = createHash('sha256')
  .update(await readFile(`${out}/lib/start/warm.cjs`))
  .update(parser.version)
  .digest('hex')
  .slice(0, 12);
await build({
  entryPoints: {
    ...Object.fromEntries(
      ['cli/run', 'start/start', 'start/make'].map((name) => [name, `${root}packages/weir/src/${name}.ts`]),
    ),
    // Processes and threads of their own, which begin here; beside the chunks that start them.
    'compileAhead.worker': `${root}packages/weir/src/detect/compileAhead.worker.ts`,
    'clickhouse.worker': `${root}packages/weir/src/ruletest/clickhouse.worker.ts`,
    'backtest.worker': `${root}packages/weir/src/serve/desks/backtest.worker.ts`,
    'ruleCheck.worker': `${root}packages/weir/src/serve/desks/ruleCheck.worker.ts`,
    'query.worker': `${root}packages/weir/src/api/query/query.worker.ts`,
  },
  outdir: `${out}/lib`,
  define: { WEIR_IMAGE: JSON.stringify(image) },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  external,
  minifySyntax: true,
  legalComments: 'linked',
  banner: {
    // Bundled CommonJS packages ask for Node's own modules by require.
    js: "import { createRequire as weirCreateRequire } from 'node:module'; const require = weirCreateRequire(import.meta.url);",
  },
});
await writeFile(`${out}/bin/weir.mjs`, "#!/usr/bin/env node\nimport '../lib/start/start.js';\n");
await chmod(`${out}/bin/weir.mjs`, 0o755);
// A process that starts from the image knows only CommonJS until a file of it asks for more.
await writeFile(`${out}/lib/start/resume.cjs`, "import('../cli/run.js');\n");
await cp(`${root}content`, `${out}/content`, {
  recursive: true,
  filter: (source) => !source.endsWith('.ts'),
});
await cp(`${root}packages/console/dist`, `${out}/console`, { recursive: true });
await cp(`${root}LICENSE`, `${out}/LICENSE`);
await cp(`${root}README.md`, `${out}/README.md`);

const { name, version, description, license, engines } = manifest;
const dependencies = Object.fromEntries(
  external.map((dependency) => [dependency, manifest.dependencies[dependency] ?? compiler.dependencies[dependency]]),
);
await writeFile(
  `${out}/package.json`,
  `${JSON.stringify({ name, version, description, license, type: 'module', engines, bin: { weir: 'bin/weir.mjs' }, dependencies }, null, 2)}\n`,
);
process.stdout.write(`built ${name} ${version} in dist/weir\n`);
