import { join } from 'node:path';
import { Random } from '../packages/weir/src/simulate/random.ts';
import type { Flow, Recorder } from '../packages/weir/src/simulate/story.ts';
import { day, hour, type Micros, minute } from '../packages/weir/src/simulate/time.ts';
import { isWeekday, midnight } from './calendar.ts';
import { Desk } from './desk.ts';
import type { Shift } from './everyday/habit.ts';
import { habits } from './everyday/index.ts';
import { intrusions } from './intrusions/index.ts';
import { EndpointSensor, type Sighting } from './sensors/endpoint.ts';
import { NetworkSensor } from './sensors/network.ts';
import { type Truth, TruthKeeper } from './truth.ts';
import { devices } from './world.ts';

export interface Company {
  /** Where the logs go. */
  readonly out: string;
  readonly seed: string;
  /** The first day, as 2026-03-10. */
  readonly start: string;
  readonly days: number;
  readonly devices: number;
  /** What is added to every moment of the story; its days keep their hours and their weekdays. */
  readonly shift?: Micros;
  /** Nothing is compressed, as in files that still grow. */
  readonly plain?: boolean;
  /** Gives the moments up to which rows may be written, the last of them `until`, each when its time has come. */
  readonly pace?: (until: Micros) => AsyncIterable<Micros>;
  /** Told of every flow: the network sensor's uid and the endpoint event that stands for it, each null where unseen. */
  readonly onFlow?: (flow: Flow, uid: string | null, sighting: Sighting | null) => void;
}

/** Writes the company's logs, hour by hour, and gives the truth about them. The same wishes give the same bytes. */
export async function writeCompany(wishes: Company): Promise<Truth> {
  const random = new Random(wishes.seed);
  const { shift = 0, days, pace = atOnce } = wishes;
  const firstDay = midnight(wishes.start) + shift;
  const shelf = (name: string) => ({ folder: join(wishes.out, name), firstDay, days, packed: wishes.plain !== true });
  const network = new NetworkSensor(shelf('zeek'), random.fork('network'));
  const endpoint = new EndpointSensor(shelf('defender'), random.fork('endpoint'));
  const keeper = new TruthKeeper(wishes.seed, wishes.days, wishes.devices);
  const recorder: Recorder = {
    flow: (flow) => {
      const uid = network.observe(flow);
      const sighting = endpoint.observe(flow);
      keeper.record(flow, uid, sighting);
      wishes.onFlow?.(flow, uid, sighting);
    },
    started: (device, process) => endpoint.began(device, process),
  };
  const desks = devices(wishes.devices, wishes.seed).map(
    (device) => new Desk(device, random.fork(`desk/${device.name}`), recorder),
  );
  for (let dayNumber = 0; dayNumber < days; dayNumber++) {
    const today = firstDay + dayNumber * day;
    for (const desk of desks) desk.beginDay(today, dayNumber);
    plant(desks, dayNumber, today, random, keeper);
    for (let clock = 0; clock < 24; clock++) {
      const start = today + clock * hour;
      for (const desk of desks)
        spendHour(
          desk,
          { start, dayNumber, clock, atWork: isWeekday(start - shift) && atWork(desk, start, clock) },
          random,
        );
      for await (const moment of pace(start + hour - minute)) {
        await network.flush(moment);
        await endpoint.flush(moment);
      }
    }
  }
  await network.close();
  await endpoint.close();
  return keeper.truth;
}

function plant(desks: readonly Desk[], dayNumber: number, today: number, random: Random, keeper: TruthKeeper): void {
  for (const intrusion of intrusions) {
    if (intrusion.dayNumber !== dayNumber) continue;
    const desk = desks.find(({ device }) => device.name.split('.')[0] === intrusion.device);
    if (!desk) continue;
    keeper.expect(intrusion, desk.device.name);
    intrusion.tell(desk, today, random.fork(`intrusion/${intrusion.name}`), intrusion.name);
  }
}

function spendHour(desk: Desk, shift: Shift, random: Random): void {
  for (const [name, habit] of habits) habit(desk, shift, random.fork(`${name}/${desk.device.name}/${shift.start}`));
}

/** All of it is past. */
async function* atOnce(until: Micros): AsyncGenerator<Micros> {
  yield until;
}

/** People work from a little after they sign in until five or six. */
function atWork(desk: Desk, start: number, clock: number): boolean {
  const { role } = desk.device;
  if (role === 'server' || role === 'web' || role === 'thing') return false;
  return start >= desk.session + 6 * minute && clock < (desk.device.id < '8' ? 17 : 18);
}
