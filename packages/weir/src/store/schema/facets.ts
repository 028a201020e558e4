/** What conditions see otherwise of some rows of an alert (`ToldFinding.facets`): alerts of before have none until they are told
 *  again. */
export const storyFacets = `
ALTER TABLE alert_story ADD COLUMN facets_json TEXT NOT NULL DEFAULT '[]';
`;
