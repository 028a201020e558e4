import { isInside } from './address.ts';

/** The end of a connection that a device translates, as SQL over normal addresses: the inside address of the two that
 *  the record gives, for that is the machine's own. Where neither or both are inside, the address as it was seen. */
export function ownEnd(seen: { address: string; port: string }, translated: { address: string; port: string }) {
  const other = `(${isInside(translated.address)}) IS TRUE AND (${isInside(seen.address)}) IS NOT TRUE`;
  return {
    address: `CASE WHEN ${other} THEN ${translated.address} ELSE ${seen.address} END`,
    port: `CASE WHEN ${other} THEN coalesce(nullif(${translated.port}, 0), ${seen.port}) ELSE ${seen.port} END`,
  };
}
