import { createHook } from 'node:async_hooks';
import { access } from 'node:fs';

let begun = 0;
let own = false;

// Whatever goes on beside JavaScript is begun as a resource: work of the thread pool (files, DuckDB), timers. A promise that
// waits for nothing but another promise is none.
createHook({
  init() {
    if (!own) begun += 1;
  },
  trackPromises: false,
}).enable();

/** Ends when nothing goes on any more that does not wait for a turn. The process must have a pool of one thread
 *  (`UV_THREADPOOL_SIZE=1`): its work ends in the order in which it was begun, so that once a piece of ours has gone through
 *  it and nothing was begun meanwhile, all of it has ended. */
export async function quiet(): Promise<void> {
  for (let still = 0; still < 2; ) {
    const before = begun;
    await through();
    still = begun === before ? still + 1 : 0;
  }
}

function through(): Promise<void> {
  return new Promise((done) => {
    own = true;
    access('/', () => done());
    own = false;
  });
}
