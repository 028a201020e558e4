import type { Format } from '../../format.ts';
import { recogniseRows } from '../../rows.ts';
import { recogniseHeadless } from '../headless.ts';
import { dnsCsv, dnsRows } from './dns.ts';
import { proxyCsv, proxyRows } from './web.ts';

/** Cisco Umbrella (Secure Access): its exports to S3, which name no columns, and its tables in Sentinel. */
export const umbrella: Format = {
  id: 'umbrella',
  title: 'Cisco Umbrella proxy (secure web gateway) and DNS logs',
  gives: [
    'bytes both ways of web requests, with the headers of HTTP',
    'host names that clients asked for',
    'account, where the identity is a user',
    'DNS questions, without their answers',
  ],
  lacks: ['process', 'ports of clients', 'duration', 'answers of DNS'],
  recognise: (sample) =>
    recogniseRows(sample, proxyRows) ??
    recogniseRows(sample, dnsRows) ??
    recogniseHeadless(sample, proxyCsv) ??
    recogniseHeadless(sample, dnsCsv),
};
