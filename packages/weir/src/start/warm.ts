import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { startupSnapshot } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { warmUp } from '@weir/kql/warm';

// What `node --build-snapshot` runs: its heap afterwards is the image. The arguments are the parser's scripts. A process
// that starts from it runs the CommonJS program that its first argument names.

for (const script of process.argv.slice(2)) runInThisContext(readFileSync(script, 'utf8'), { filename: script });
warmUp();
startupSnapshot.setDeserializeMainFunction(() => {
  const program = process.argv[1] ?? '';
  createRequire(program)(program);
});
