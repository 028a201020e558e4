import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { keepCompiled } from './compiled.ts';
import { ownCacheFolder } from './folder.ts';
import { finishedImage, mayMake } from './image.ts';

/** What the image is made of, as a hash; the build puts it in. */
declare const WEIR_IMAGE: string;

// Where the released build starts. A command that compiles goes on in a process that replaces this one and starts from an
// image with the parser in it: same process id, same streams, same signals. Where there is none the command runs here, and
// one is made beside it for the next time. Nothing of this is ever told: without it everything works, a second slower.

const compiling = new Set(['scan', 'query', 'lint', 'backtest', 'test', 'export']);
const [command = '', ...rest] = process.argv.slice(2);

/** More than this would not fit with what the system adds. */
const mostArguments = 100_000;

function image(): string | undefined {
  const wants = compiling.has(command) && !rest.some((argument) => argument === '--help' || argument === '-h');
  // A debugger or a loader that somebody put in belongs to the process as it was started.
  const plain = process.execArgv.length === 0 && !process.env.NODE_OPTIONS && rest.join(' ').length < mostArguments;
  if (!wants || !plain || !process.execve) return undefined;
  const folder = ownCacheFolder();
  if (folder === undefined) return undefined;
  // The tag is of V8's version, its flags and the processor's features.
  const image = join(folder, [process.version, process.arch, cachedDataVersionTag(), WEIR_IMAGE].join('-'));
  const finished = finishedImage(image);
  if (finished === undefined) make(folder, image);
  return finished;
}

function make(folder: string, image: string): void {
  const making = join(folder, 'making');
  if (!mayMake(making, Date.now())) return;
  const script = fileURLToPath(new URL('make.js', import.meta.url));
  spawn(process.execPath, [script, making, image], { cwd: folder, detached: true, stdio: 'ignore' })
    .on('error', () => {})
    .unref();
}

const blob = image();
if (blob === undefined && (compiling.has(command) || command === 'serve')) keepCompiled();
if (blob !== undefined) {
  const resume = fileURLToPath(new URL('resume.cjs', import.meta.url));
  process.execve?.(process.execPath, [process.execPath, '--snapshot-blob', blob, resume, command, ...rest]);
}
await import('../cli/run.ts');
