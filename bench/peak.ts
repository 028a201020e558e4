import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Peak resident memory, KB, of `weir scan PATHS`: the kernel's own high-water mark, read while the process lives. */
export async function peakOfScan(paths: readonly string[]): Promise<number> {
  const weir = fileURLToPath(new URL('../packages/weir/bin/weir.mjs', import.meta.url));
  const child = spawn(process.execPath, [weir, 'scan', ...paths, '--format', 'ndjson'], { stdio: 'ignore' });
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const mark = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      peak = Math.max(peak, Number(mark?.[1] ?? 0));
    } catch {
      // The process has ended between two looks.
    }
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`scan ended with ${code}`);
  return peak;
}
