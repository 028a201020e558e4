import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { document } from './document.ts';
import { support } from './support.ts';

// npm run support            writes packages/kql/SUPPORT.md
// npm run support -- --check  exit 1 where the file is not what the compiler says
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const file = new URL('../../packages/kql/SUPPORT.md', import.meta.url);
const text = document(support());
if (!values.check) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('packages/kql/SUPPORT.md is not what the compiler says: run `npm run support`.\n');
  process.exitCode = 1;
}
