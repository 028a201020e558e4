import { nameOf } from '../../parse/tree.ts';
import { isStep } from '../model/pipeline.ts';
import { namesRead } from '../model/walk.ts';
import type { Rule } from '../rule.ts';
import { short } from './expressions.ts';

export const expandBeforeFilter: Rule = {
  code: 'WL805',
  name: 'mv-expand before a filter that does not need it',
  severity: 'info',
  what: 'A filter after `mv-expand` asks only for columns that were there before.',
  why: 'Each row is multiplied first and thrown away afterwards.',
  bad: {
    kql: 'CloudAppEvents\n| where Timestamp > ago(1h)\n| mv-expand ActivityObjects\n| where ActionType == "FileDownloaded"',
  },
  good: {
    kql: 'CloudAppEvents\n| where Timestamp > ago(1h)\n| where ActionType == "FileDownloaded"\n| mv-expand ActivityObjects',
  },
  *check(query) {
    for (const { steps } of query.pipelines) {
      for (const [index, step] of steps.entries()) {
        if (!isStep(step, 'MvExpand')) continue;
        const made = new Set(
          step.node
            .list('Expressions')
            .flatMap((item) => [...defined(item), ...[...namesRead(item)].map(nameOf), item.text.replace(/\W/g, '_')]),
        );
        for (const later of steps.slice(index + 1)) {
          if (isStep(later, 'Extend', 'Project', 'Parse', 'MvExpand', 'ParseWhere', 'ProjectRename')) {
            for (const item of later.node.list('Expressions')) for (const name of defined(item)) made.add(name);
            if (!isStep(later, 'Extend')) break;
            continue;
          }
          if (!isStep(later, 'Filter')) break;
          const read = [...namesRead(later.node)].map(nameOf).filter((name) => later.env.find(name) === undefined);
          if (read.length === 0 || read.some((name) => made.has(name))) continue;
          yield {
            at: later.node,
            message: `this filter needs nothing of \`${short(step.node, 40)}\` before it, which multiplies rows that it then drops`,
            fix: 'Put the filter before `mv-expand`.',
          };
          break;
        }
      }
    }
  },
};

function defined(item: Parameters<typeof namesRead>[0]): readonly string[] {
  const name = item.child('Name') ?? item.child('Expression')?.child('Name');
  return /Named/.test(item.kind) && name !== undefined
    ? [nameOf(name)]
    : item.children.filter((child) => /Named/.test(child.kind)).flatMap(defined);
}
