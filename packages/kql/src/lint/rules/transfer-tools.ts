import { nameOf } from '../../parse/tree.ts';
import { flow, tableOf } from '../model/pipeline.ts';
import { texts } from '../model/values.ts';
import { namesRead } from '../model/walk.ts';
import type { Rule } from '../rule.ts';
import { isSent } from './columns.ts';
import { columnBehind, filterTests } from './expressions.ts';

const scripted = /^(curl|wget|powershell|pwsh|python\d*|wscript|cscript|certutil|bitsadmin|node)(\.exe)?$/i;
/** What MITRE's procedures of T1567.002 name, and their like. */
const tools =
  /^(rclone|mega\w*|azcopy|aws|gsutil|gcloud|gh|git\S*|winscp|restic|s3browser\S*|filezilla|dropbox|s5cmd)(\.exe)?$/i;

export const transferTools: Rule = {
  code: 'WL908',
  name: 'upload programs without the tools made for it',
  severity: 'info',
  what: 'Bytes sent are asked of a list of command-line programs and script hosts that has no transfer tool.',
  why: 'Reported intrusions use rclone, MEGA clients, AzCopy, the AWS command line, WinSCP and restic before curl: the rule does not see them.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where EvidenceTime > ago(1h)\n| where InitiatingProcessSHA256 != "" and InitiatingProcessFileName in~ ("curl.exe", "wget.exe", "powershell.exe")\n| where BytesSent > 1048576',
    product: 'weir',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where EvidenceTime > ago(1h)\n| where InitiatingProcessSHA256 != "" and InitiatingProcessFileName in~ ("curl.exe", "wget.exe", "powershell.exe", "rclone.exe", "azcopy.exe")\n| where BytesSent > 1048576',
    product: 'weir',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const pipeline of query.pipelines) {
      const asksForBytes = flow(pipeline).some(({ node }) => [...namesRead(node)].some((name) => isSent(nameOf(name))));
      if (!asksForBytes || !tableOf(pipeline)?.includes('Network')) continue;
      for (const { test, negated, step } of filterTests(pipeline)) {
        const column = columnBehind(test.subject, step.input)?.column;
        if (negated || column !== 'InitiatingProcessFileName') continue;
        const names = texts(test.items);
        const [first] = names;
        if (first === undefined || told.has(first.node) || names.some(({ text }) => tools.test(text))) continue;
        if (names.filter(({ text }) => scripted.test(text)).length < 3) continue;
        told.add(first.node);
        yield {
          at: test.node,
          message: `no transfer tool is among the ${names.length} programs: rclone, MEGA's clients, azcopy, aws, gsutil, git, winscp and restic send what they like`,
          fix: 'Add them, or let bytes, service and rarity decide, whatever the program is called.',
        };
      }
    }
  },
};
