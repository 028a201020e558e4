import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendRows, type InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { loadInventory } from '../../packages/weir/src/inventory/load.ts';
import { writeInventory } from '../../packages/weir/src/inventory/table.ts';
import type { Lake } from '../../packages/weir/src/lake/lake.ts';
import type { Inventory } from '../../packages/weir/src/model/inventory.ts';
import { readRule } from '../../packages/weir/src/rules/readRule.ts';
import type { Rule } from '../../packages/weir/src/rules/rule.ts';
import { endpointConnections, networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { catalogue } from '../fusion/fused.ts';
import { withFolder } from '../intake/intake.ts';

/** An inventory from the text of its file, which is called `inventory.yaml`. */
export async function inventoryOf(text: string): Promise<Inventory> {
  return withFolder(async (folder) => {
    const path = join(folder, 'inventory.yaml');
    await writeFile(path, text);
    return loadInventory(path, catalogue.services);
  });
}

export interface World {
  readonly events?: readonly InlineRow[];
  readonly flows?: readonly InlineRow[];
  readonly names?: readonly InlineRow[];
}

/** A small world fused with an inventory, or without one. */
export async function withWorld<Result>(
  { events = [], flows = [], names = [] }: World,
  inventory: string | null,
  use: (lake: Lake, inventory: Inventory | undefined) => Promise<Result>,
): Promise<Result> {
  const known = inventory === null ? undefined : await inventoryOf(inventory);
  return withScratchLake(async (lake) => {
    await appendRows(lake, endpointConnections, events);
    await appendRows(lake, networkFlows, flows);
    await appendRows(lake, observedNames, names);
    await fuse(lake, { catalogue, ...(known === undefined ? {} : { inventory: known }) });
    if (known !== undefined) await writeInventory(lake, known);
    return use(lake, known);
  });
}

/** A rule that runs every five minutes over a quarter of an hour; `more` is YAML of its top level. */
export function scheduledRule(query: string, more = ''): Rule {
  return readRule(
    'rules/example.yaml',
    `id: 11111111-2222-4333-8444-555555555555
name: Example
description: An example.
severity: Medium
queryFrequency: 5m
queryPeriod: 15m
triggerOperator: gt
triggerThreshold: 0
kind: Scheduled
${more}
query: |
  ${query}
`,
  );
}
