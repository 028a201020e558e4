import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { columnBehind, everyTest } from './expressions.ts';

export const outsideByAddress: Rule = {
  code: 'WL507',
  name: '"outside" told by the address alone',
  severity: 'info',
  what: 'A filter keeps connections with `RemoteIPType == "Public"`.',
  why: 'Behind a forward proxy the remote address is the proxy, which is private: the rule sees nothing there.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemoteIPType == "Public" and RemotePort == 9001',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where (RemoteIPType == "Public" or isnotempty(RemoteUrl)) and RemotePort == 9001',
  },
  *check(query) {
    let told = false;
    for (const { test, negated, step } of everyTest(query)) {
      const column = columnBehind(test.subject, step.input)?.column;
      if (told || negated || column !== 'RemoteIPType' || step.node.kind !== 'FilterOperator') continue;
      if (!texts(test.items).some((item) => item.text.toLowerCase() === 'public')) continue;
      if (/RemoteUrl|RemoteHost|RegistrableDomain/.test(step.node.text)) continue;
      told = true;
      yield {
        at: test.node,
        message: 'behind a forward proxy RemoteIP is the proxy, so a test for a public address sees nothing there',
        fix: "Let a host name count as well (`or isnotempty(RemoteUrl)`), or join the proxy's log.",
      };
    }
  },
};
