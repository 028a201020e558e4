import fc from 'fast-check';
import { restartSerial } from './serial.ts';

// The laws draw the same worlds at every run, so that what passes here passes there. `LAWS=anew npm run unit` draws others;
// a counterexample prints its seed, and becomes a test of its own.
if (process.env.LAWS !== 'anew') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20260310 });

// This runs before each file; several files share a process.
restartSerial();
