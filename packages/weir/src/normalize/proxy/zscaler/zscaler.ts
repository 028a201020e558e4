import type { Format } from '../../format.ts';
import { recogniseRows } from '../../rows.ts';
import { recogniseTexts } from '../../texts.ts';
import { recogniseHeadless } from '../headless.ts';
import { zscalerCsv, zscalerRows, zscalerTexts } from './shapes.ts';

/** Zscaler's web logs as its Nanolog Streaming Service feeds them. */
export const zscaler: Format = {
  id: 'zscaler',
  title: 'Zscaler web logs (NSS feeds: JSON, CSV, tab-separated key=value, LEEF)',
  gives: ['bytes both ways, with the headers of HTTP', 'account', 'host names that clients asked for'],
  lacks: ['process', 'ports of clients, but for clt_sport', 'when a request began and ended, to better than a second'],
  recognise: (sample) =>
    recogniseRows(sample, zscalerRows) ?? recogniseTexts(sample, zscalerTexts) ?? recogniseHeadless(sample, zscalerCsv),
};
