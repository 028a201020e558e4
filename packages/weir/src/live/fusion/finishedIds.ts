/** SQL: the ids of rows that finished rows are made of. */
export function finishedIds(finished: string): string {
  return `SELECT DISTINCT "EventId" FROM (
    SELECT "EventId" FROM ${finished} UNION ALL SELECT "EndpointEventId" FROM ${finished}
    UNION ALL SELECT unnest(json_extract_string("OtherFlows", '$[*].id')) FROM ${finished} WHERE "OtherFlows" IS NOT NULL
    UNION ALL SELECT unnest(json_extract_string("OtherEndpointEventIds", '$[*]')) FROM ${finished} WHERE "OtherEndpointEventIds" IS NOT NULL)
    WHERE "EventId" <> ''`;
}
