/** Publishes rules, sources and entities within a deploy. Deleting the stack leaves the objects: history and job may need them. */
import { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod/mini';
import { withHeartbeatRule, withHeartbeatSource } from '../../contracts/heartbeat.ts';
import { answer, type DeployRequest, type DeployResult } from '../deploy-request.ts';
import { parseEnv } from '../parse-env.ts';
import { PublishEnv } from './env.ts';
import { ConfigUnreadable, checkTogether, publishEntities, publishRules, publishSources } from './publish.ts';
import { S3ConfigStore } from './s3-config-store.ts';

const Properties = z.object({
  AssetBucket: z.string(),
  RulesKey: z.string(),
  SourcesKey: z.string(),
  EntitiesKey: z.string(),
  DeviationRows: z.string(),
});

const logger = new Logger();
const env = parseEnv(PublishEnv);
const published = new S3ConfigStore(env.CONFIG_BUCKET);

export async function handler(event: unknown): Promise<void> {
  await answer(event, publish);
}

async function publish(request: DeployRequest): Promise<DeployResult> {
  const physicalId = `${env.CONFIG_BUCKET}/config`;
  if (request.RequestType === 'Delete') return { physicalId: request.PhysicalResourceId };
  const properties = z.parse(Properties, request.ResourceProperties);
  const assets = new S3ConfigStore(properties.AssetBucket);
  const text = async (key: string): Promise<string> => {
    const found = await assets.read(key);
    if (found === undefined) throw new ConfigUnreadable(`${key} is not in ${properties.AssetBucket}`);
    return found.text;
  };
  const [sourcesText, rulesText] = [await text(properties.SourcesKey), await text(properties.RulesKey)];
  const checked = checkTogether(rulesText, sourcesText, Number(properties.DeviationRows));
  // Sources first: a rule may name a source that this deploy brings.
  const sources = await publishSources(published, JSON.stringify(withHeartbeatSource(checked.sources)));
  const rules = await publishRules(published, JSON.stringify(withHeartbeatRule(checked.rules)));
  const entities = await publishEntities(published, await text(properties.EntitiesKey));
  logger.info('Published', { sources, rules, entities });
  return { physicalId, data: { RulesVersion: String(rules.version) } };
}
