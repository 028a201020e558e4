import { weir } from './main.ts';

// Where a process begins that is `weir` and nothing else.

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader went away (| head): what it wanted is written.
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  // Nobody reads the messages; the exit code still tells how it went.
  if (error.code !== 'EPIPE') throw error;
});

await weir(process.argv.slice(2));
