import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Running, start, startDemo } from '../../../tests/serve/running.ts';
import { copiedHome, copies } from './copies.ts';
import { coverage } from './coverage.ts';
import { entities } from './entities.ts';
import { firstStart } from './firstStart.ts';
import { guide } from './guide.ts';
import { crowdedHome, emptyHome } from './home.ts';
import { hunt } from './hunt.ts';
import { pages } from './pages.ts';
import { people } from './people.ts';
import { Proof } from './proof.ts';
import { queue } from './queue.ts';
import { restart } from './restart.ts';
import { rules } from './rules.ts';
import { sessions } from './session.ts';
import { tune, tunedHome } from './tune.ts';

// The console in a real browser against real services. Pictures of every page go into `--pictures FOLDER`. `--guide` makes
// those of the user guide anew, and nothing else.
const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: join(import.meta.dirname, '../../../dist/console-pictures') },
    alerts: { type: 'string', default: '10000' },
    only: { type: 'string' },
    guide: { type: 'boolean', default: false },
  },
});
const alerts = Number(values.alerts);
const failed: string[] = [];
let passed = 0;

if (['queue', 'sessions', 'pages', 'hunt', 'coverage', 'entities'].some(wanted))
  await at(await crowdedHome(alerts), async (proof) => {
    if (wanted('queue')) await queue(proof, alerts);
    if (wanted('sessions')) await sessions(proof);
    if (wanted('pages')) await pages(proof);
    if (wanted('hunt')) await hunt(proof);
    if (wanted('coverage')) await coverage(proof);
    if (wanted('entities')) await entities(proof);
  });
if (['tune', 'people', 'restart'].some(wanted))
  await at(await tunedHome(), async (proof, service, home) => {
    if (wanted('tune')) await tune(proof);
    if (wanted('people')) await people(proof);
    if (wanted('restart')) await restart(proof, service, home);
  });
if (wanted('rules')) {
  const home = await crowdedHome(200);
  await at(home, (proof) => rules(proof, home));
}
if (wanted('rules')) {
  const home = await copiedHome();
  await at(home, (proof) => copies(proof, home));
}
if (wanted('first')) await at(await emptyHome(), firstStart);
if (values.guide) await told(await startDemo(), join(import.meta.dirname, '../../../docs/console'), guide);
process.stdout.write(`${passed} passed, ${failed.length} failed\n${failed.map((what) => `  ${what}\n`).join('')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

function wanted(part: string): boolean {
  if (values.guide) return false;
  return values.only === undefined || values.only.split(',').includes(part);
}

async function at(home: string, work: (proof: Proof, service: Running, home: string) => Promise<void>): Promise<void> {
  await told(await start(home), values.pictures, (proof, service) => work(proof, service, home));
  await rm(home, { recursive: true, force: true });
}

/** What the work sees of a service, added to what was seen so far; the service ends with it. */
async function told(
  service: Running,
  pictures: string,
  work: (proof: Proof, service: Running) => Promise<void>,
): Promise<void> {
  const proof = await Proof.open(service.url, pictures);
  try {
    await work(proof, service);
  } catch (error) {
    proof.check('the proof goes on to its end', false, (error as Error).stack);
  } finally {
    await proof.close();
    await service.stop();
  }
  failed.push(...proof.failed);
  passed += proof.passed;
  for (const [what, figure] of Object.entries(proof.figures))
    process.stdout.write(`       ${what}: ${figure.toFixed(figure < 10 ? 1 : 0)}\n`);
}
