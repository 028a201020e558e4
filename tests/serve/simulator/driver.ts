import { httpDoors } from '../../../packages/weir/src/doors/http.ts';
import { gapsOf } from '../../../packages/weir/src/schedule/gaps.ts';
import { Closing } from '../../../packages/weir/src/serve/closing.ts';
import { openRooms, type Rooms } from '../../../packages/weir/src/serve/rooms.ts';
import { Broken } from './broken.ts';
import type { Life } from './life.ts';
import { optionsOf, type Told } from './options.ts';
import { quiet } from './quiet.ts';
import { type Delivery, isOpen, send } from './sender.ts';
import type { Spool } from './spool.ts';
import type { Trace } from './trace.ts';

const second = 10_000_000n;
const minute = 60n * second;

export interface Around {
  readonly home: string;
  readonly deliveries: readonly Delivery[];
  /** What the service watches; undefined: nothing. */
  readonly spool: Spool | undefined;
  /** Bytes that the journal may hold. */
  readonly journalMax: number;
  readonly told: Told;
  readonly trace: Trace;
}

/** Opens the service in a life and gives turns, one at a time and each to its end: to what waits for one, to who sends, and to
 *  time. */
export class Driver {
  readonly #life: Life;
  readonly #around: Around;
  readonly #closing = new Closing();
  #rooms: Rooms | undefined;
  #app: ReturnType<typeof httpDoors> | undefined;
  #failed: unknown;
  turns = 0;

  constructor(life: Life, around: Around) {
    this.#life = life;
    this.#around = around;
  }

  /** Once they are open. */
  get rooms(): Rooms | undefined {
    return this.#rooms;
  }

  /** A life of so many turns, that ends before where a fault ends it. */
  async live(most: number): Promise<void> {
    const { draws, turns, tried } = this.#life;
    await this.open();
    while (this.turns < most) {
      if (turns.isDead) return;
      if (this.#failed !== undefined) {
        if (!isInjected(this.#failed)) throw this.#failed;
        tried('start failed');
        return void this.#life.end('killed between steps');
      }
      await this.#turn();
    }
    const end = this.#rooms === undefined ? 'kill' : draws.one(['stop', 'kill', 'power'] as const);
    if (end === 'kill') this.#life.end('killed between steps');
    else if (end === 'power') this.#life.end('power lost between steps');
    else await this.stop();
  }

  /** Begins to open the service. */
  async open(): Promise<void> {
    const { told } = this.#around;
    const options = await optionsOf(this.#life, this.#around);
    openRooms(options, this.#closing).then(
      (rooms) => {
        this.#rooms = rooms;
        this.#app = httpDoors({
          reception: rooms.intake.reception,
          authorize: () => 'simulator',
          onBug: (error: unknown) => told.unexpected.push(`door: ${String(error)}`),
        });
      },
      (error: unknown) => {
        this.#failed = error;
      },
    );
    await quiet();
  }

  /** One turn by chance. */
  async #turn(): Promise<void> {
    const { turns, draws } = this.#life;
    const { deliveries } = this.#around;
    const ready = turns.ready;
    const open = this.#app ? deliveries.filter((each) => isOpen(each) && each.at <= turns.now()) : [];
    const known = this.#app ? deliveries.filter(({ acknowledged }) => acknowledged) : [];
    const { spool } = this.#around;
    if (spool !== undefined && !spool.isWritten && draws.chance(0.25)) {
      const what = spool.go(draws);
      this.#around.trace.add(`spool ${what}`);
      if (!what.startsWith('grew')) this.#life.tried('spool rotated, packed or copied');
    }
    const drawn = draws.next() * (ready.length + (open.length > 0 ? 1 : 0) + (ready.length > 0 ? 0.1 : 1.5) + 0.02);
    if (drawn < ready.length) this.#give(Math.floor(drawn));
    else if (drawn < ready.length + 0.02 && known.length > 0) {
      this.#life.tried('sent again');
      this.send(draws.one(known));
    } else if (drawn < ready.length + 1.02 && open.length > 0) this.send(draws.one(open));
    else this.#passed(draws.one([0n, second, second, 3n * second, 20n * second, minute, 11n * minute]));
    this.turns += 1;
    await quiet();
    this.#mustBeGaps();
  }

  #give(index: number): void {
    const { turns } = this.#life;
    const turn = turns.ready[index];
    if (turn === undefined) return;
    this.#around.trace.add(turn.name);
    turns.give(turn);
  }

  /** Lets time pass; 0: until something may go on. */
  #passed(ticks: bigint): void {
    const { turns } = this.#life;
    const next = turns.next;
    const until = ticks > 0n || next === undefined ? ticks : next - turns.now();
    this.#around.trace.add(`time ${until}`);
    turns.pass(until > 0n ? until : 0n);
  }

  /** Somebody sends a body. */
  send(delivery: Delivery): void {
    const { told, trace } = this.#around;
    trace.add(`sends ${delivery.records.map(({ id }) => id).join(' ')}`);
    send(this.#app as ReturnType<typeof httpDoors>, delivery, this.#life).catch((error: unknown) => {
      if (!this.#life.turns.isDead) told.unexpected.push(`door: ${String(error)}`);
    });
  }

  /** What a rule did not look at because it failed is a gap. */
  #mustBeGaps(): void {
    const { told } = this.#around;
    for (const name of told.failed.splice(0)) {
      if (this.#life.turns.isDead || this.#rooms === undefined) continue;
      const { store } = this.#rooms;
      const rule = this.#rooms.detection.library.rules.find((each) => each.rule.name === name)?.rule.id;
      if (gapsOf(store, { open: true }).every((gap) => gap.rule !== rule))
        throw new Broken(`${name} failed, and there is no gap`);
    }
  }

  /** Gives turns until nothing may go on at this time. */
  async rest(): Promise<void> {
    const { turns, draws } = this.#life;
    for (let given = 0; turns.ready.length > 0 && !turns.isDead; given++) {
      if (given > 5_000) throw new Error(`it does not rest: ${turns.ready.map(({ name }) => name).join(', ')}`);
      this.#give(draws.whole(turns.ready.length));
      this.turns += 1;
      await quiet();
    }
    if (this.#failed !== undefined) throw this.#failed;
  }

  /** Lets time pass between two rests. */
  async pass(ticks: bigint): Promise<void> {
    await this.rest();
    this.#passed(ticks);
    await this.rest();
  }

  /** Lets time pass, so much at once, until something is so. @throws Broken where that does not come about */
  async until(what: string, step: bigint, so: () => boolean): Promise<void> {
    await this.rest();
    for (let steps = 0; !so(); steps++) {
      if (steps > 60) throw new Broken(`${what}: that does not come about\n${this.#around.told.unexpected.join('')}`);
      await quiet();
      await this.pass(step);
    }
  }

  /** Stops the service in order. */
  async stop(): Promise<void> {
    const { tried, turns } = this.#life;
    let stopped = false;
    let failure: unknown;
    this.#closing.close().then(
      () => {
        stopped = true;
      },
      (error: unknown) => {
        failure = error;
      },
    );
    await quiet();
    for (let steps = 0; !stopped && failure === undefined && !turns.isDead; steps++) {
      if (steps > 100) throw new Error('it does not stop');
      await this.rest();
      if (!stopped && failure === undefined) this.#passed(0n);
      await quiet();
    }
    if (failure !== undefined && !isInjected(failure)) throw failure;
    if (failure !== undefined) this.#life.end('killed between steps');
    if (stopped) {
      tried('stopped in order');
      turns.end();
    }
  }
}

function isInjected(error: unknown): boolean {
  return error instanceof Error && (('injected' in error && error.injected === true) || isInjected(error.cause));
}
