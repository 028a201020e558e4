import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { programKinds } from '../model/catalogue.ts';
import { applicationWords } from './applications.ts';

const subTechnique = z.enum(['T1567', 'T1567.001', 'T1567.002', 'T1567.003', 'T1567.004']);
const day = z.iso.date();

/** Kinds of public lists and rules that name a service; `weir` is an addition of our own. */
const source = z.enum([
  'mitre-attack',
  'atomic-red-team',
  'sigma',
  'elastic',
  'splunk',
  'sentinel',
  'misp',
  'lots-project',
  'guarddog',
  'community-kql',
  'fbi',
  'published-query',
  'weir',
]);

const host = z
  .string()
  .regex(
    /^[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?(\.[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?)+$/,
    'a host is lower-case labels joined by dots: no slash, port, scheme or dot at an end; IDN as punycode',
  )
  .refine((text) => !/\*[^.]*(\.[^.]+)?$/.test(text), 'a star in the last two labels would match strangers');

const application = z
  .string()
  .refine((text) => text === applicationWords(text) && text !== '', 'an application is lower-case words joined by -');

const network = z.string().refine((text) => ipaddr.isValidCIDR(text), 'not a network such as 192.0.2.0/24');

const described = {
  service: z.string().min(1),
  also: z.array(z.string()).default([]),
  sources: z.array(source).min(1),
};

export const categoriesFile = z.strictObject({ categories: z.record(z.string(), z.string()) });

export const servicesFile = z.strictObject({
  category: z.string(),
  subTechnique,
  checked: day,
  services: z.array(
    z
      .strictObject({
        ...described,
        hosts: z.array(host).min(1),
        tenants: z.array(host).default([]),
        applications: z.array(application).default([]),
        subTechnique: subTechnique.optional(),
        broad: z.boolean().default(false),
        closed: z.int().min(1995).max(2100).optional(),
      })
      .refine(({ hosts, tenants }) => tenants.every((each) => hosts.includes(each) && !each.includes('*')), {
        path: ['tenants'],
        message: 'tenants are some of the hosts above, without a star',
      }),
  ),
});

export const addressesFile = z.strictObject({
  checked: day,
  ranges: z.array(
    z.strictObject({ ...described, category: z.string(), subTechnique, networks: z.array(network).min(1) }),
  ),
});

/** A file name, a path or a part of it; `*` stands for any characters. */
const pattern = z.string().min(1);

export const programsFile = z.strictObject({
  checked: day,
  programs: z.array(
    z.strictObject({
      program: z.string().min(1),
      kind: z.enum(programKinds),
      names: z.array(pattern).min(1),
      originals: z.array(pattern).optional(),
      company: z.array(z.string().min(1)).default([]),
      folders: z.array(pattern).default([]),
      services: z.array(z.string()).default([]),
      categories: z.array(z.string()).default([]),
    }),
  ),
});
