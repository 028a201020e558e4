/** SQL over DeviceNetworkEvents: connections that this side opened to somewhere outside and that did not fail, those through
 *  a proxy once. Outside is what is not private, and what a proxy or a name of the catalogue says; addresses of groups and
 *  of the link lead nowhere. */
export const outbound = `"ActionType" NOT ILIKE '%Inspected' AND "ActionType" NOT ILIKE 'Listening%' AND "ActionType" NOT ILIKE 'Inbound%'
  AND "ActionType" NOT ILIKE '%Failed%' AND "FusionRule" <> 'proxy-outer-leg'
  AND ("RemoteIPType" IN ('Public', 'Teredo', '') OR "Service" <> '' OR "RemoteHostSource" = 'proxy'
    OR ("RemoteIPType" = 'Reserved' AND NOT regexp_matches(lower("RemoteIP"), '^(0|22[4-9]|23[0-9]|24[0-9]|25[0-5])[.]|^169[.]254[.]|^(ff|fe[89ab])|^::$')))`;
