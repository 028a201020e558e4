import { execFileSync } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { scriptFiles } from '@weir/kql/scripts';
import { makeImage } from './image.ts';

// A program of its own, started beside a command and left alone: it makes the image that later commands start from. What
// the command needs of the machine comes first.

const [making = '', image = ''] = process.argv.slice(2);
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const node = (...args: string[]): string =>
  execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 });

setPriority(constants.priority.PRIORITY_LOW);
makeImage(making, image, (blob) => {
  node('--snapshot-blob', blob, '--build-snapshot', beside('warm.cjs'), ...scriptFiles());
  const answer = node('--snapshot-blob', blob, beside('resume.cjs'), 'query', 'print 6 * 7', '--format', 'csv');
  if (!answer.includes('42')) throw new Error('a process that starts from the image does not answer');
});
