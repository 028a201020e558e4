import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserError } from '../model/userError.ts';
import { loadCatalogue } from './load.ts';

const shipped = fileURLToPath(new URL('../../../../content/catalogue', import.meta.url));
const catalogue = await loadCatalogue(shipped);
const service = (host: string): string | undefined => catalogue.matchHost(host)?.service;

describe('hosts', () => {
  test.each([
    ['file.io', 'file.io'],
    ['sub.file.io', 'file.io'],
    ['FILE.IO.', 'file.io'],
    ['discordapp.com', 'Discord'],
    ['cdn.discordapp.com', 'Discord'],
    ['gfs270n101.userstorage.mega.co.nz', 'MEGA'],
    ['bucket.s3.eu-west-1.amazonaws.com', 'Amazon S3'],
    ['a.dotted.bucket.s3.eu-west-1.amazonaws.com', 'Amazon S3'],
    ['bucket.s3.amazonaws.com', 'Amazon S3'],
    ['s3.eu-west-1.amazonaws.com', 'Amazon S3'],
    ['s3-eu-west-1.amazonaws.com', 'Amazon S3'],
    ['bucket.s3.dualstack.us-east-1.amazonaws.com', 'Amazon S3'],
    ['bucket.s3-accelerate.amazonaws.com', 'Amazon S3'],
    ['balancer-1.us-east-1.elb.amazonaws.com', 'Amazon Web Services'],
    ['account.blob.core.windows.net', 'Azure Storage'],
    ['bucket.oss-cn-hangzhou.aliyuncs.com', 'Alibaba Cloud OSS'],
    ['store7.gofile.io', 'Gofile'],
    ['github.com', 'GitHub'],
    ['github-cloud.s3.amazonaws.com', 'GitHub'],
    ['mygithub-cloud.s3.amazonaws.com', 'Amazon S3'],
    ['gist.github.com', 'GitHub Gist'],
    ['contoso.webhook.office.com', 'Microsoft Teams webhooks'],
    ['hooks.slack.com', 'Slack incoming webhooks'],
    ['files.slack.com', 'Slack'],
    ['privatebin.net', 'PrivateBin'],
    ['outlook.office365.com', 'Exchange Online'],
    ['abc123.oast.fun', 'Interactsh'],
  ])('%s is %s', (host, name) => {
    expect(service(host)).toBe(name);
  });

  test.each([
    'file.io.evil.example',
    'x-file.io',
    'afile.io',
    'io',
    'privatbin.net',
    'amazonaws.com.evil.example',
    'https://file.io/',
    'file.io/upload',
    'file.io:443',
    '.file.io',
    'a..file.io',
    '149.154.167.220',
    '::1',
    '[2001:67c:4e8::1]',
    '',
    '.',
  ])('%s is nobody', (host) => {
    expect(catalogue.matchHost(host)).toBeUndefined();
  });

  test('a name in any script is compared as punycode', () => {
    expect(service('ddns.☺.eu.org')).toBe(service('ddns.xn--74h.eu.org'));
    expect(service('bücher.file.io')).toBe('file.io');
    expect(service('ｆｉｌｅ.io')).toBe('file.io');
  });

  test('a host that serves several ends has several categories, the main one first', () => {
    expect(catalogue.matchHost('graph.microsoft.com')).toMatchObject({
      category: 'mailbox',
      categories: ['mailbox', 'cloud-storage'],
      broad: true,
    });
    expect(catalogue.matchHost('discord.com')?.categories).toEqual(['messaging', 'webhook']);
  });
});

describe('applications', () => {
  test.each([
    ['mega', 'MEGA'],
    ['mega-uploading', 'MEGA'],
    ['MEGA_File.Upload', 'MEGA'],
    ['boxnet-uploading', 'Box'],
    ['box_net', 'Box'],
    ['Google.Drive_File.Upload', 'Google Drive'],
    ['ms-onedrive-uploading', 'OneDrive'],
    ['ms-onedrive-business', 'SharePoint and OneDrive for Business'],
    ['backblaze b2', 'Backblaze B2'],
    ['telegram-base', 'Telegram'],
  ])('%s is %s', (name, service) => {
    expect(catalogue.matchApplication(name)?.service).toBe(service);
  });

  test.each([
    '',
    '-',
    'ssl',
    'web-browsing',
    'https.browser',
    'megaupload',
    'omega-mega',
    'google-base',
    'unknown-tcp',
    'é',
  ])('%j is nobody', (name) => {
    expect(catalogue.matchApplication(name)).toBeUndefined();
  });
});

describe('addresses', () => {
  test.each([
    '149.154.167.220',
    '91.108.56.130',
    '::ffff:149.154.167.220',
    '2001:67c:4e8:f004::9',
    '[2001:67c:4e8::1]',
  ])('%s is Telegram', (address) => {
    expect(catalogue.matchAddress(address)?.service).toBe('Telegram');
  });

  test.each(['149.154.176.0', '10.0.0.5', '149.154.167', '2506794972', 'api.telegram.org', '', '2001:67c:4e9::1'])(
    '%s is nobody',
    (address) => {
      expect(catalogue.matchAddress(address)).toBeUndefined();
    },
  );
});

describe('registrable domain', () => {
  test.each([
    ['gfs270n101.userstorage.mega.co.nz', 'mega.co.nz'],
    ['CDN.Example.co.uk.', 'example.co.uk'],
    ['bucket.s3.eu-west-1.amazonaws.com', 'bucket.s3.eu-west-1.amazonaws.com'],
    ['s3.eu-west-1.amazonaws.com', 'amazonaws.com'],
    ['files.somebody.github.io', 'somebody.github.io'],
    ['localhost', ''],
    ['10.0.0.5', ''],
    ['[::1]', ''],
    ['', ''],
  ])('of %s is %j', (host, domain) => {
    expect(catalogue.registrableDomain(host)).toBe(domain);
  });
});

describe('the files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-catalogue-'));
    await cp(shipped, folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const head = 'category: tunnel\nsubTechnique: T1567\nchecked: 2026-11-24\nservices:\n';
  const refused = async (services: string): Promise<UserError> => {
    await writeFile(join(folder, 'services', 'zz.yaml'), head + services);
    const error = await loadCatalogue(folder).catch((cause: UserError) => cause);
    if (!(error instanceof Error)) throw new Error('the catalogue was accepted');
    return error;
  };

  test('a version follows the content, not the comments', async () => {
    await writeFile(
      join(folder, 'services', 'zz.yaml'),
      `# nothing here\n${head.replace('services:', 'services: []')}`,
    );
    expect((await loadCatalogue(folder)).version).toBe(catalogue.version);
    await writeFile(
      join(folder, 'services', 'zz.yaml'),
      `${head}  - {service: X, hosts: [x.example], sources: [weir]}\n`,
    );
    expect((await loadCatalogue(folder)).version).not.toBe(catalogue.version);
  });

  test.each([
    ['a slash', 'ghostbin.co/'],
    ['a leading dot', '.anonfiles.com'],
    ['a dot at the end', 'x.example.'],
    ['upper case', 'Mega.example'],
    ['a port', 'x.example:443'],
    ['one label', 'example'],
    ['letters beyond ASCII', 'bücher.example'],
    ["a star over strangers' names", 'cdn*.space'],
  ])('a host with %s is refused at its place', async (_, host) => {
    const error = await refused(`  - service: X\n    hosts: ["${host}"]\n    sources: [weir]\n`);
    expect(error).toMatchObject({ name: 'UserError', code: 'CATALOGUE_INVALID' });
    expect(error.place).toMatch(/zz\.yaml:6:13$/);
  });

  test('a host of two services is refused', async () => {
    const error = await refused('  - service: X\n    hosts: [x.example, mega.nz]\n    sources: [weir]\n');
    expect(error.message).toBe('mega.nz is listed for MEGA already');
    expect(error.place).toMatch(/zz\.yaml:6:24$/);
  });

  test('an application of two services is refused, and one that is not written in words', async () => {
    const entry = (names: string) =>
      `  - service: X\n    hosts: [x.example]\n    applications: [${names}]\n    sources: [weir]\n`;
    const twice = await refused(entry('x, mega'));
    expect(twice.message).toBe('mega is listed for MEGA already');
    expect(twice.place).toMatch(/zz\.yaml:7:23$/);
    expect((await refused(entry('X_File'))).message).toMatch(/lower-case words joined by -/);
  });

  test('an unknown category, key and folder are refused', async () => {
    expect((await refused('  - {service: X, hosts: [x.example], also: [chat], sources: [weir]}\n')).message).toMatch(
      /chat is not/,
    );
    expect((await refused('  - {service: X, hosts: [x.example], sources: [weir], broda: true}\n')).message).toMatch(
      /unknown key/,
    );
    await expect(loadCatalogue(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'CATALOGUE_INVALID' });
  });
});
