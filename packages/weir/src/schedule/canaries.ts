import { canaryDevices } from '../live/canaryDevices.ts';
import type { Clock } from '../model/clock.ts';
import type { Finding } from '../model/finding.ts';
import type { Randomness } from '../model/randomness.ts';
import { tellCanary } from '../simulate/canary.ts';
import type { Scenario } from '../simulate/load.ts';
import type { Store } from '../store/store.ts';
import type { Told } from './told.ts';

export interface CanariesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly scenario: Scenario;
  /** How often one is sent, and how long its alert may take; ticks. */
  readonly every: bigint;
  readonly within: bigint;
  /** Hands records of a log to a door, as any client would. */
  readonly post: (log: { readonly file: string; readonly text: string }) => Promise<void>;
}

export interface CanaryHealth {
  /** waiting: one was sent and may take its time still, or none was yet. */
  readonly state: 'ok' | 'waiting' | 'failed';
  /** In a sentence. */
  readonly reason: string;
}

/** Proves that alerts still come: a scenario goes through the real intake again and again, and must be found in time. Its
 *  devices are known by their names to the service alone: no rule can read that they are no real ones. */
export class Canaries {
  readonly #options: CanariesOptions;
  /** Since when alerts can come at all; ticks. */
  readonly #since: bigint;
  readonly #devices: Set<string>;
  #trouble = '';

  constructor(options: CanariesOptions) {
    this.#options = options;
    this.#since = options.clock.now();
    this.#devices = canaryDevices(options.store);
  }

  /** Sends one where it is time. One that no door takes is told by `health`, and tried again the next time. */
  async tend(): Promise<void> {
    const { store, clock, randomness, scenario, every, within, post } = this.#options;
    const now = clock.now();
    // One that was sent later than now was so before the clock was put back.
    const last = store.statement('SELECT max(sent_at) AS at FROM canary WHERE sent_at <= ?').get(now)?.at as
      | bigint
      | null;
    if (last !== null && now < last + every) return;
    const seed = Buffer.from(randomness(16)).toString('hex');
    const { logs, devices, accounts } = tellCanary(scenario, seed, Number((now - unixEpoch) / 10n));
    const [account = ''] = accounts;
    store.transaction(() => {
      for (const device of devices)
        store
          .statement('INSERT INTO canary (scenario, device, account, sent_at, due_at) VALUES (?, ?, ?, ?, ?)')
          .run(scenario.name, device.toLowerCase(), account, now, now + within);
    });
    for (const device of devices) this.#devices.add(device.toLowerCase());
    try {
      for (const { file, text } of logs) await post({ file, text });
      this.#trouble = '';
    } catch (error) {
      this.#trouble = `no door took the canary: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Whether a finding is a canary's. */
  readonly isCanary = ({ entities }: Finding): boolean => this.#devices.has(entities.device.toLowerCase());

  /** Takes note of what was told, within its transaction. */
  saw({ findings, canary, at }: Pick<Told, 'findings' | 'canary' | 'at'>): void {
    if (!canary) return;
    for (const { finding } of findings)
      this.#options.store
        .statement('UPDATE canary SET found_at = ? WHERE device = ? AND found_at IS NULL')
        .run(at, finding.entities.device.toLowerCase());
  }

  health(): CanaryHealth {
    const { store, clock, within, scenario } = this.#options;
    const now = clock.now();
    if (this.#trouble !== '') return { state: 'failed', reason: this.#trouble };
    const rows = store.statement('SELECT * FROM canary ORDER BY id DESC LIMIT 2').all();
    const [last, before] = rows.map((row) => ({ due: row.due_at as bigint, found: row.found_at !== null }));
    // Nothing can be found while the service is down.
    const overdue = (due: bigint) => now > due && now > this.#since + within;
    if (last === undefined) return { state: 'waiting', reason: 'no canary was sent yet' };
    if (last.found) return { state: 'ok', reason: `the last canary (${scenario.name}) raised its alert` };
    if (overdue(last.due)) return { state: 'failed', reason: `the last canary (${scenario.name}) has raised no alert` };
    if (before !== undefined && !before.found && overdue(before.due))
      return { state: 'failed', reason: `the canary before the last (${scenario.name}) has raised no alert` };
    return { state: 'waiting', reason: `a canary (${scenario.name}) is on its way` };
  }
}

const unixEpoch = 621_355_968_000_000_000n;
