/** The text model that the settings ask for, under its governor. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type * as z from 'zod/mini';
import { clientOptions } from '../clients.ts';
import type { Analyses } from '../ports/analyses/port.ts';
import { BedrockTextModel } from '../ports/text-model/bedrock.ts';
import { OpenAiCompatibleTextModel } from '../ports/text-model/openai-compatible.ts';
import type { TextModel } from '../ports/text-model/port.ts';
import { secretReader } from '../ports/text-model/secret.ts';
import type { TriageEnv } from './env.ts';
import { Governor, type Report } from './governor.ts';
import { priceOf } from './prices.ts';
import type { TextModelSettings } from './settings.ts';

type Settings = Exclude<TextModelSettings, { readonly kind: 'none' }>;

export interface GovernorParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly analyses: Analyses;
  readonly sessionToken: string;
}

/** @returns undefined where the stage has no model */
export function governorFor(
  env: Pick<z.infer<typeof TriageEnv>, 'TEXT_MODEL' | 'BUDGET' | 'DEADLINE_MS' | 'LATE_MS'>,
  parts: GovernorParts,
): Governor | undefined {
  const { TEXT_MODEL: settings, BUDGET: budget, DEADLINE_MS: deadlineMs, LATE_MS: lateMs } = env;
  if (settings.kind === 'none') return undefined;
  const price = priceOf(settings);
  // Synth refuses a model without a price.
  if (price === undefined) throw new Error(`triage.textModel: no price is known of ${nameOf(settings)}`);
  const { logger, metrics, analyses } = parts;
  return new Governor({
    model: modelFor(settings, deadlineMs + lateMs, parts),
    ...{ analyses, price, budget, deadlineMs, lateMs },
    maxTokens: settings.maxTokens,
    clock: () => new Date(),
    onCall: (report) => count(report, metrics, logger),
  });
}

const nameOf = (settings: Settings): string =>
  settings.kind === 'bedrock' ? settings.modelId : settings.model;

function modelFor(settings: Settings, timeoutMs: number, { tracer, sessionToken }: GovernorParts): TextModel {
  if (settings.kind === 'bedrock') {
    const { modelId, maxTokens, guardrail } = settings;
    const client = new BedrockRuntimeClient({ ...clientOptions(timeoutMs), maxAttempts: 1 });
    return new BedrockTextModel({ client: tracer.captureAWSv3Client(client), modelId, maxTokens, guardrail });
  }
  const { baseUrl, model, maxTokens, maxTokensField, apiKeySecretArn: secretId } = settings;
  const apiKey =
    secretId === undefined ? () => Promise.resolve(undefined) : secretReader({ secretId, sessionToken });
  return new OpenAiCompatibleTextModel({ baseUrl, model, maxTokens, maxTokensField, apiKey });
}

function count(report: Report, metrics: Metrics, logger: Logger): void {
  const { why, latency_ms, usage, micro_usd, late, error } = report;
  if (why === 'store') {
    metrics.addMetric('AnalysisRecordFailed', MetricUnit.Count, 1);
    logger.error('What was asked and spent could not be recorded', { error });
    return;
  }
  if (why === 'late') {
    logger.warn('No model was asked: the table answered after the deadline');
    return;
  }
  metrics.addMetric('ModelCalls', MetricUnit.Count, 1);
  metrics.addMetric('ModelLatency', MetricUnit.Milliseconds, latency_ms);
  metrics.addMetric('ModelCostUsd', MetricUnit.NoUnit, micro_usd / 1_000_000);
  if (why !== 'answered') metrics.addMetric('ModelCallsFailed', MetricUnit.Count, 1);
  if (late) metrics.addMetric('ModelAnswersLate', MetricUnit.Count, 1);
  if (usage !== undefined) {
    metrics.addMetric('ModelTokensIn', MetricUnit.Count, usage.input_tokens);
    metrics.addMetric('ModelTokensOut', MetricUnit.Count, usage.output_tokens);
  }
  logger.info('A model was asked', {
    why,
    latency_ms,
    micro_usd,
    late,
    ...usage,
    ...(error !== undefined && { error }),
  });
}
