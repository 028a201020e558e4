import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import { loadInventory } from '../../packages/weir/src/inventory/load.ts';
import type { Inventory } from '../../packages/weir/src/model/inventory.ts';
import { organisation } from './life/machines.ts';

/** What the company's administrators know of it in an afternoon: roles by the names of machines, what is allowed, and what
 *  is theirs at services. Nothing of it is about single machines or what was planted. */
export const text = `hosts:
${roles({
  workstation: ['pc-*', 'fin-*', 'hr-*', 'nb-*', 'mk-*', 'ds-*', 'ex-*', 'lab-*', 'shop-*', 'room-*'],
  development: ['dev-*', 'da-*'],
  administration: ['it-*'],
  build: ['ci-*'],
  backup: ['bk-*'],
  server: ['fs-*', 'app-*', 'db-*', 'dc-*', 'ts-*'],
  web: ['web-*'],
  mail: ['mx-*'],
  monitoring: ['mon-*'],
})}
sites:
  - name: Tarnwick
    networks: [10.64.0.0/10]
services:
  - service: Microsoft Teams
  - service: SharePoint and OneDrive for Business
  - service: Exchange Online
  - { service: Slack, roles: [development, administration, workstation] }
  - { service: GitHub, roles: [development, build] }
  - { service: Amazon S3, roles: [backup, build, development] }
  - { service: Slack incoming webhooks, roles: [build, monitoring] }
  - { service: Telegram Bot API, roles: [monitoring] }
tenants:
  - name: ${organisation.name}
  - name: ${organisation.name}-my
buckets:
${['backup', 'archive', 'datalake', 'artifacts', 'restic', 'logs', 'media', 'images', 'web-assets'].map((part) => `  - name: ${organisation.name}-${part}`).join('\n')}
${['diag', 'cmg', 'sqlbackup', 'export', 'files', 'tfstate', '-veeam'].map((part) => `  - name: ${organisation.name}${part}`).join('\n')}
repositories:
  - name: ${organisation.name}
`;

function roles(list: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(list)
    .flatMap(([role, names]) => names.map((name) => `  - { name: '${name}', role: ${role}, owner: IT }`))
    .join('\n');
}

export async function inventoryOf(content: string, directory: string): Promise<Inventory> {
  const file = join(directory, 'inventory.yaml');
  await writeFile(file, text);
  const { services } = await loadCatalogue(join(content, 'catalogue'));
  return loadInventory(file, services);
}
