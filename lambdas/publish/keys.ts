/** The objects of the config bucket: the job polls both, the archive reads the sources. */
export const RULES_KEY = 'config/rules.json';
export const SOURCES_KEY = 'config/sources.json';
