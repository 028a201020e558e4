/** Makes room for files beside engines. Node has four threads for what would hold up its event loop, and a statement of an
 *  engine keeps one until it ends: with as many statements under way, a body that is to be synced before it is acknowledged
 *  waits for a query. The service has seven engines. Node reads this when it first needs such a thread, and nowhere else
 *  can it be told. */
export function makeThreads(environment: NodeJS.ProcessEnv): void {
  environment.UV_THREADPOOL_SIZE ??= '16';
}
