import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { document } from './document.ts';
import { refusedModule } from './refused.ts';
import { support } from './support.ts';

// npm run support            writes packages/kql/SUPPORT.md, and what completion leaves out
// npm run support -- --check  exit 1 where a file is not what the compiler says
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const found = support();
const files = { 'SUPPORT.md': document(found), 'src/refused.ts': refusedModule(found) };
for (const [name, text] of Object.entries(files)) {
  const file = new URL(`../../packages/kql/${name}`, import.meta.url);
  if (!values.check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`packages/kql/${name} is not what the compiler says: run \`npm run support\`.\n`);
    process.exitCode = 1;
  }
}
