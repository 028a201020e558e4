import type { Browser } from './chromium.ts';

// biome-ignore lint/suspicious/noExplicitAny: the protocol's answers have as many shapes as it has methods
type Answer = any;

/** One page over the DevTools protocol. */
export interface Page {
  /** Calls a method of the protocol. */
  call(method: string, parameters?: object): Promise<Answer>;
  /** The value of an expression in the page, as JSON carries it. */
  value(expression: string): Promise<Answer>;
  /** Opens an address and waits until it is loaded. */
  open(url: string): Promise<void>;
  /** Everything that the page complained of: console messages, exceptions, violations of its policy. */
  readonly complaints: readonly string[];
  /** Every address that was asked for. */
  readonly requests: readonly string[];
}

/** Opens a new page in the browser. */
export async function openPage(browser: Browser): Promise<Page> {
  const socket = new WebSocket(browser.url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`no connection to ${browser.url}`)));
  });
  const complaints: string[] = [];
  const requests: string[] = [];
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let loaded = Promise.withResolvers<void>();
  let last = 0;
  let session: string | undefined;

  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(String(data));
    if (id !== undefined) {
      if (error === undefined) waiting.get(id)?.resolve(result);
      else waiting.get(id)?.reject(new Error(`${error.message} ${error.data ?? ''}`));
      waiting.delete(id);
    } else if (method === 'Page.loadEventFired') loaded.resolve();
    else if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
    else if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.text);
    else if (method === 'Runtime.consoleAPICalled') complaints.push(`console.${params.type}`);
    else if (method === 'Log.entryAdded') complaints.push(params.entry.text);
    else if (method === 'Page.javascriptDialogOpening') complaints.push(`dialog: ${params.message}`);
  });
  const call = (method: string, params: object = {}): Promise<Answer> => {
    last += 1;
    const answer = Promise.withResolvers<Answer>();
    waiting.set(last, answer);
    socket.send(JSON.stringify({ id: last, method, params, ...(session && { sessionId: session }) }));
    return answer.promise;
  };

  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  ({ sessionId: session } = await call('Target.attachToTarget', { targetId, flatten: true }));
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await call(`${domain}.enable`);
  return {
    call,
    complaints,
    requests,
    value: async (expression) => {
      const { result, exceptionDetails } = await call('Runtime.evaluate', { expression, returnByValue: true });
      if (exceptionDetails) throw new Error(`${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    },
    open: async (url) => {
      loaded = Promise.withResolvers<void>();
      await call('Page.navigate', { url });
      await loaded.promise;
    },
  };
}
