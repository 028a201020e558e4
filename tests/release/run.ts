import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { start } from '../serve/running.ts';

// Installs the released package as a user would, in an empty folder, and runs the main job there.
const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist', 'weir');
const folder = mkdtempSync(join(tmpdir(), 'weir-release-'));

// The image that commands start from is made here and not in the home of whoever runs this.
const cache = join(folder, 'cache');
mkdirSync(cache);
process.env.XDG_CACHE_HOME = cache;

function run(command: string, args: readonly string[], cwd: string): string {
  const child = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (child.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${child.status}\n${child.stdout}${child.stderr}`);
  return child.stdout;
}

function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(`released build: ${what}`);
  process.stdout.write(`ok ${what}\n`);
}

/** Says how long a command takes at best of three; that depends on the machine, so it is told, not checked. */
function startUp(what: string, target: number, command: () => void): void {
  const seconds = [1, 2, 3].map(() => {
    const start = performance.now();
    command();
    return (performance.now() - start) / 1000;
  });
  process.stdout.write(`   ${what}: ${Math.min(...seconds).toFixed(2)} s (target: under ${target} s)\n`);
}

try {
  run('npm', ['pack', '--pack-destination', folder, built], folder);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  check('npm pack makes an archive', archive !== undefined);
  run('npm', ['init', '-y'], folder);
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, archive ?? '')], folder);
  const bin = join(folder, 'node_modules', 'weir', 'bin', 'weir.mjs');
  const weir = (...args: string[]) => run(process.execPath, [bin, ...args], folder);

  check('--help names the commands', /scan[\s\S]*query[\s\S]*sources/.test(weir('--help')));
  check('query answers', weir('query', 'print answer = 6 * 7', '--format', 'csv').includes('42'));
  const result = JSON.parse(weir('scan', join(root, 'samples', 'company'), '--format', 'json'));
  check('the sample company is read whole', result.complete === true);
  check('it has findings', result.findings.length >= 5);
  check('sources lists formats', weir('sources').includes('Zeek'));
  check("the rules' own tests pass", /9 rules: \d+ passed/.test(weir('test')));
  weir('simulate', 'rclone-mega-throttled', '--out', join(folder, 'drill'));
  const drill = JSON.parse(weir('scan', join(folder, 'drill'), '--format', 'json'));
  check(
    'a scenario is written and found',
    drill.findings.some(({ service }: { service: string }) => service === 'MEGA'),
  );
  await checkService(bin);
  check('no TypeScript is shipped', !filesBelow(built).some((name) => /\.(ts|tsx)$/.test(name)));
  const answers = () => weir('query', 'print answer = 6 * 7', '--format', 'csv').includes('42');
  const blob = await checkImage(answers);
  startUp('--help', 0.2, () => weir('--help'));
  startUp("query 'print 1'", 1, () => weir('query', 'print 1'));
  truncateSync(blob, 1_000_000);
  check('a damaged image is passed over', answers());
  process.stdout.write('14 passed, 0 failed\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The service starts, takes a record in that a query then finds, and ends as it is asked to. */
async function checkService(bin: string): Promise<void> {
  const home = join(folder, 'home');
  const token = run(process.execPath, [bin, 'token', 'add', 'release', '--scope', 'ingest', '--home', home], folder);
  const { url, stop } = await start(home, bin);
  const record = { ts: Date.now() / 1000, uid: 'Crelease', 'id.orig_h': '10.0.0.1', 'id.orig_p': 50_000 };
  const more = { 'id.resp_h': '203.0.113.1', 'id.resp_p': 443, proto: 'tcp', conn_state: 'SF', orig_bytes: 10 };
  const answer = await fetch(`${url}/ingest/zeek`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token.trim()}` },
    body: `${JSON.stringify({ ...record, ...more })}\n`,
  });
  const asked = () =>
    run(process.execPath, [bin, 'query', '--home', home, '--format', 'csv', 'NetworkFlows | project EventId'], folder);
  const deadline = performance.now() + 60_000;
  while (!asked().includes('Crelease') && performance.now() < deadline) await setTimeout(500);
  check('serve takes a record in, and a query finds it', answer.status === 202 && asked().includes('Crelease'));
  check('serve ends when it is asked to', (await stop()) === 0);
}

/** The first command has had an image made, from which later ones start without loading the parser; its file. */
async function checkImage(answers: () => boolean): Promise<string> {
  const images = join(cache, 'weir');
  const deadline = performance.now() + 120_000;
  while (existsSync(join(images, 'making')) && performance.now() < deadline) await setTimeout(100);
  // What rules are compiled to lies beside.
  const image = readdirSync(images).find((name) => name.startsWith('v')) ?? '';
  const blob = join(images, image, 'parser.blob');
  check('an image of the parser was made', existsSync(blob));
  const [parser, away] = [join(folder, 'node_modules', '@kusto'), join(folder, 'parser-away')];
  renameSync(parser, away);
  check('a command starts from it and loads no parser', answers());
  renameSync(away, parser);
  return blob;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' });
}
