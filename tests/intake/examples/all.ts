import { endpointExamples } from './endpoint.ts';
import { firstExamples } from './first.ts';
import { flowExamples } from './flows.ts';
import { mobileExamples } from './mobile.ts';
import { normalExamples } from './normal.ts';
import { proxyExamples } from './proxies.ts';
import { sensorExamples } from './sensors.ts';

const all: Readonly<Record<string, string>> = {
  ...firstExamples,
  ...sensorExamples,
  ...endpointExamples,
  ...flowExamples,
  ...proxyExamples,
  ...normalExamples,
  ...mobileExamples,
};
/** The examples that are texts. */
export const texts = Object.fromEntries(Object.entries(all).filter(([id]) => id !== 'netflow'));

const isObjects = (text: string) =>
  text
    .trim()
    .split('\n')
    .every((line) => /^\{.*\}$/.test(line));
/** Those of which each line is an object. */
export const objects = Object.fromEntries(Object.entries(texts).filter(([, text]) => isObjects(text)));

const only = (ids: readonly string[]) => Object.fromEntries(Object.entries(texts).filter(([id]) => ids.includes(id)));
/** What shippers carry in a member of their own, or behind a header. */
export const carried = { ...objects, ...only(['cef', 'fortinet', 'palo-alto', 'squid', 'wsa', 'sysmon-xml']) };
/** Those of which each line is a record. */
export const lines = { ...carried, ...only(['umbrella', 'aws-vpc']) };

export const recordsOf = (text: string) => text.trim().split('\n');
