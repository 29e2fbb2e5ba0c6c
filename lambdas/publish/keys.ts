/** The objects of the config bucket: the job polls rules and sources, the archive reads sources, triage rules and entities. */
export const RULES_KEY = 'config/rules.json';
export const SOURCES_KEY = 'config/sources.json';
export const ENTITIES_KEY = 'config/entities.json';
