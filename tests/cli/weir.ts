import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { weir as run } from '../../packages/weir/src/cli/main.ts';

export const bin = fileURLToPath(new URL('../../packages/weir/bin/weir.mjs', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `weir` as a user's shell does; its temporary files go to a folder of the test's own. */
export function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const { NO_COLOR: _, FORCE_COLOR: __, COLUMNS: ___, ...inherited } = process.env;
  return spawn(process.execPath, [bin, ...args], { env: { ...inherited, ...environment } });
}

/** One command runs at a time: what it writes goes to the process's own streams. */
let before: Promise<unknown> = Promise.resolve();

/** Runs `weir` to its end, in this process, where the compiler is loaded once for all of a file's tests. What is about the
 *  process itself (pipes, signals, terminals) starts one: `start`. */
export function weir(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const ran = before.then(() => here(args, environment));
  before = ran.catch(() => undefined);
  return ran;
}

async function here(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ran> {
  const { env, stdout, stderr, exitCode } = process;
  const written = { stdout: '', stderr: '' };
  const write = { stdout: stdout.write, stderr: stderr.write };
  const { NO_COLOR: _, FORCE_COLOR: __, COLUMNS: ___, ...inherited } = env;
  process.env = { ...inherited, ...environment };
  process.exitCode = undefined;
  for (const stream of ['stdout', 'stderr'] as const)
    process[stream].write = (chunk: string | Uint8Array) => {
      written[stream] += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      return true;
    };
  try {
    await run(args);
    return { code: Number(process.exitCode ?? 0), ...written };
  } finally {
    Object.assign(process, { env, exitCode });
    for (const stream of ['stdout', 'stderr'] as const) process[stream].write = write[stream];
  }
}

export async function ended(child: ChildProcess): Promise<Ran> {
  if (child.stdout === null || child.stderr === null) throw new Error('the process has no pipes');
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

/** A folder with three connections as Zeek writes them (`conn.log`) and a rule that finds them (`all.kql`). */
export function smallCase() {
  const folder = mkdtempSync(join(tmpdir(), 'weir-cli-'));
  const fields = [
    'ts',
    'uid',
    'id.orig_h',
    'id.orig_p',
    'id.resp_h',
    'id.resp_p',
    'proto',
    'orig_bytes',
    'resp_bytes',
    'conn_state',
  ];
  const types = ['time', 'string', 'addr', 'port', 'addr', 'port', 'enum', 'count', 'count', 'string'];
  const rows = [1000, 2000, 3000].map((bytes, i) =>
    [`177330960${i}.0`, `C${i}`, '10.0.0.5', 50_000 + i, '203.0.113.7', 443, 'tcp', bytes, 200, 'SF'].join('\t'),
  );
  const log = join(folder, 'conn.log');
  writeFileSync(
    log,
    `${['#separator \\x09', '#path\tconn', `#fields\t${fields.join('\t')}`, `#types\t${types.join('\t')}`, ...rows].join('\n')}\n`,
  );
  const rule = join(folder, 'all.kql');
  writeFileSync(rule, 'DeviceNetworkEvents | where RemotePort == 443');
  return { folder, log, rule };
}
