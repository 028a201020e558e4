/** How a destination's messages are put together, known also when it is no longer in the config. Null: not told yet. */
export const readerColumns = `
ALTER TABLE destination ADD COLUMN floor INTEGER;
ALTER TABLE destination ADD COLUMN readers TEXT CHECK (readers IN ('people', 'machines'));
`;
