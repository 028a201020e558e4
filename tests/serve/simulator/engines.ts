import { Engine } from '../../../packages/weir/src/engine/engine.ts';

let held: Engine[] = [];
const open = Engine.open;

// One thread, so that rows come in the same order each time; and whoever ends a life can let go of what it opened.
Engine.open = async (limits) => {
  const engine = await open.call(Engine, { ...limits, threads: 1 });
  const into = held;
  into.push(engine);
  const close = engine.close.bind(engine);
  engine.close = () => {
    const at = into.indexOf(engine);
    if (at < 0) return;
    into.splice(at, 1);
    close();
  };
  return engine;
};

/** Engines that are opened from here on are listed there while they are open. */
export function heldEngines(there: Engine[]): void {
  held = there;
}
