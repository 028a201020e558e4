/** What an organisation says of itself. Names are as the file has them; `*` in a name stands for any characters. */
export interface Inventory {
  readonly hosts: readonly InventoryHost[];
  readonly sites: readonly InventorySite[];
  /** Services of the catalogue that are allowed. */
  readonly services: readonly SanctionedService[];
  /** What is ours at a service, by the name in its host or URL. */
  readonly tenants: readonly OwnedName[];
  readonly buckets: readonly OwnedName[];
  readonly repositories: readonly OwnedName[];
  readonly proxies: readonly InventoryProxy[];
  readonly translators: readonly InventoryTranslator[];
  /** What `_GetWatchlist` gives. */
  readonly watchlists: readonly Watchlist[];
  /** The site of an address of ours, by the smallest network that holds it: '' where several sites have that network.
   *  Undefined for an address of no site's. */
  siteOf(address: string): string | undefined;
}

export interface Watchlist {
  readonly name: string;
  /** The column that `SearchKey` repeats. */
  readonly searchKey: string;
  readonly columns: readonly string[];
  /** Texts, in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
}

export interface InventoryHost {
  /** A device's name with or without its domain, a pattern of one, or an address. */
  readonly name: string;
  readonly role: string;
  readonly owner: string;
  readonly note: string;
}

export interface InventorySite {
  readonly name: string;
  /** CIDRs, private and public. Two sites may have the same private network where each has sensors. */
  readonly networks: readonly string[];
  /** Sensors that stand in the site, by the name in their logs. */
  readonly sensors: readonly string[];
  readonly note: string;
}

export interface SanctionedService {
  readonly service: string;
  /** For hosts of these roles, in these sites; empty: for all. */
  readonly roles: readonly string[];
  readonly sites: readonly string[];
  readonly note: string;
}

export interface OwnedName {
  readonly name: string;
  readonly note: string;
}

/** What makes connections of others its own by translating addresses (NAT gateways, firewalls), and is seen on both sides. */
export interface InventoryTranslator {
  /** That it goes out by, in canonical spelling. */
  readonly address: string;
  readonly site: string;
  readonly note: string;
}

export interface InventoryProxy {
  /** In canonical spelling. */
  readonly address: string;
  readonly port: number;
  readonly site: string;
  readonly note: string;
}
