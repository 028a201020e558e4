import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'tldts';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { loadCatalogue } from './load.ts';
import { servicesFile } from './schema.ts';

const folder = fileURLToPath(new URL('../../../../content/catalogue', import.meta.url));
const files = await Promise.all(
  (await readdir(join(folder, 'services'))).map(async (name) => ({
    name,
    file: servicesFile.parse(parseYaml(await readFile(join(folder, 'services', name), 'utf8'))),
  })),
);
const items = files.flatMap(({ file }) => file.services.map((item) => ({ category: file.category, ...item })));
const hosts = items.flatMap((item) => item.hosts.map((host) => ({ host, item })));

describe('the shipped catalogue', () => {
  test('is there', () => {
    expect(items.length).toBeGreaterThan(400);
    expect(hosts.length).toBeGreaterThan(600);
  });

  test('each file holds the category of its name', () => {
    for (const { name, file } of files) expect(file.category).toBe(basename(name, '.yaml'));
  });

  test('each service has one entry', () => {
    const names = items.map((item) => item.service);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('each host ends in a suffix that the registries know, and is more than a suffix of theirs', () => {
    const odd = hosts.filter(({ host }) => {
      const { isIcann, domain } = parse(host.replaceAll('*', 'x'));
      return !isIcann || domain === null;
    });
    expect(odd.map(({ host }) => host)).toEqual([]);
  });

  test('no host is covered by another of its own service', () => {
    const covered = hosts.filter(({ host, item }) => item.hosts.some((other) => host.endsWith(`.${other}`)));
    expect(covered.map(({ host }) => host)).toEqual([]);
  });

  test('each host finds its own service, as does what lies below it', async () => {
    const catalogue = await loadCatalogue(folder);
    for (const { host, item } of hosts) {
      const name = host.replaceAll('*', 'eu-west-1');
      expect(catalogue.matchHost(name)?.service, name).toBe(item.service);
      expect(catalogue.matchHost(`some-thing.${name}`)?.service, name).toBe(item.service);
    }
  });

  test('no broad name is in a category where the name alone decides', () => {
    const decisive = ['file-sharing', 'paste-site', 'tunnel', 'callback', 'webhook', 'decentralised'];
    expect(items.filter((item) => item.broad && decisive.includes(item.category))).toEqual([]);
  });

  test('no category is listed twice for an entry', () => {
    for (const { category, also, service } of items) {
      expect(new Set([category, ...also]).size, service).toBe(also.length + 1);
    }
  });
});
