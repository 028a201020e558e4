import { LiveFusion } from '../../../packages/weir/src/live/fusion/fusion.ts';
import { Scheduler } from '../../../packages/weir/src/schedule/scheduler.ts';
import type { WorldKind } from './kinds.ts';

let kind: WorldKind = 'whole';

/** From here on rooms that a world has no work for find none. */
export function workIn(world: WorldKind): void {
  kind = world;
}

const { pass, settle } = LiveFusion.prototype;
LiveFusion.prototype.pass = async function () {
  return kind === 'whole' ? pass.call(this) : undefined;
};
LiveFusion.prototype.settle = async function (...given) {
  return kind === 'whole' ? settle.apply(this, given) : undefined;
};
const runDue = Scheduler.prototype.pass;
Scheduler.prototype.pass = async function (...given) {
  return kind === 'whole' ? runDue.apply(this, given) : 0;
};
