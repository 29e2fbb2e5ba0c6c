/** The nouns of the system. zod is the source; JSON Schema in generated/ is made from it by `npm run contracts`. */
export * from './alert.ts';
export * from './anomaly.ts';
export * from './anomaly-result.ts';
export * from './directory.ts';
export * from './heartbeat.ts';
export * from './incident.ts';
export * from './note.ts';
export * from './reading.ts';
export * from './reject.ts';
export * from './rule.ts';
export * from './rule-checks.ts';
export * from './shared.ts';
export * from './silence.ts';
export * from './source-config.ts';
