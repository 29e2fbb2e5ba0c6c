/** The nouns as JSON Schema, for producers and consumers in other languages. */
import * as z from 'zod/mini';
import * as contracts from './index.ts';

/** Each noun by the name of its file in examples/ and generated/. */
export const nouns = {
  alert: contracts.Alert,
  'alert-request': contracts.AlertRequest,
  anomaly: contracts.Anomaly,
  'anomaly-result': contracts.AnomalyResult,
  correction: contracts.Correction,
  'entity-directory': contracts.EntityDirectory,
  'heartbeat-record': contracts.HeartbeatRecord,
  incident: contracts.Incident,
  note: contracts.Note,
  'published-rule-set': contracts.PublishedRuleSet,
  reading: contracts.Reading,
  reject: contracts.Reject,
  rule: contracts.Rule,
  silence: contracts.Silence,
  'timeline-entry': contracts.TimelineEntry,
  'rule-set': contracts.RuleSet,
  'source-config': contracts.SourceConfig,
  'source-set': contracts.SourceSet,
} as const;

/** Text of each file in generated/, by its name. What JSON Schema cannot say (limits in order, unique ids) only zod checks. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(nouns).map(([name, noun]) => {
      // `input`: what may be written, so that fields with a default are optional.
      const schema = { title: name, ...z.toJSONSchema(noun, { io: 'input' }) };
      return [`${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`];
    }),
  );
}
