#!/usr/bin/env node
// Starts Weir. A clone runs its TypeScript directly, which needs Node 22.18; where the system's Node is older, the one
// that the repository pins as a dev dependency takes over.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/cli/run.ts', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  await import(main.href);
} else {
  const node = pinnedNode();
  if (node === undefined) {
    process.stderr.write(
      `weir needs Node 22.18 or later, and this is ${process.versions.node}. In a clone, run npm ci first.\n`,
    );
    process.exit(2);
  }
  const child = spawnSync(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(child.status ?? 3);
}

function pinnedNode() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    return undefined;
  }
}
