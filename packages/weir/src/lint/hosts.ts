import type { HostKnowledge } from '@weir/kql';
import { getDomain, parse } from 'tldts';
import type { Catalogue } from '../model/catalogue.ts';

/** Host names by the public suffix list and the catalogue of web services. */
export function hostKnowledge({
  hostsOfServices,
  matchHost,
}: Pick<Catalogue, 'hostsOfServices' | 'matchHost'>): HostKnowledge {
  return {
    hasPublicSuffix: (host) => {
      const { isIcann, isPrivate } = parse(host, { allowPrivateDomains: true });
      return isIcann === true || isPrivate === true;
    },
    isPublicSuffix: (host) => getDomain(host, { allowPrivateDomains: true }) === null,
    services: hostsOfServices,
    serviceOf: matchHost,
  };
}
