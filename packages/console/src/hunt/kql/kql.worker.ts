import bridge from '@kusto/language-service-next/bridge.min.js?url';
import language from '@kusto/language-service-next/Kusto.Language.Bridge.min.js?url';
import { answerTo } from './answers.ts';
import type { Asked, Told } from './asked.ts';

// The compiler that runs queries in the service, in the page: beside it, as its parser takes a second to load.

declare function importScripts(...addresses: string[]): void;
declare function postMessage(told: Told): void;

let failed: string | undefined;
try {
  importScripts(bridge, language);
} catch (error) {
  failed = String(error);
}

addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  const { id } = data;
  try {
    if (failed !== undefined) throw new Error(failed);
    postMessage({ id, answer: answerTo(data) });
  } catch (error) {
    postMessage({ id, failed: error instanceof Error ? error.message : String(error) });
  }
});
