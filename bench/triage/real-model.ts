/** The model that the command line names, asked as it is deployed; and whether it answers at all. */
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { BedrockTextModel } from '../../lambdas/ports/text-model/bedrock.ts';
import { OpenAiCompatibleTextModel } from '../../lambdas/ports/text-model/openai-compatible.ts';
import { ModelUnavailable, type Question, type TextModel } from '../../lambdas/ports/text-model/port.ts';
import { priceOf } from '../../lambdas/triage/prices.ts';
import { type Price, TextModelSettings } from '../../lambdas/triage/settings.ts';

const MAX_TOKENS = 900;
const TRY_MS = 30_000;

export interface PricedModel {
  readonly model: TextModel;
  readonly price: Price;
  readonly maxTokens: number;
}

export interface Named {
  /** `none`, `bedrock` or `openai-compatible`. */
  readonly model: string;
  readonly modelId: string | undefined;
  readonly baseUrl: string | undefined;
}

/**
 * The model, before the emulator's settings take the place of the account's. The key of an openai-compatible server is
 * read from OPENAI_API_KEY; its price is not known, and counts as 0.
 * @returns undefined for `none`
 * @throws Error when a setting is missing
 */
export async function namedModel({ model: kind, modelId, baseUrl }: Named): Promise<PricedModel | undefined> {
  if (kind === 'none') return undefined;
  if (modelId === undefined) throw new Error(`--model ${kind} needs --model-id`);
  if (kind === 'bedrock') {
    const settings = TextModelSettings.parse({ kind, modelId, maxTokens: MAX_TOKENS });
    const price = priceOf(settings);
    if (price === undefined) throw new Error(`lambdas/triage/prices.ts knows no price of ${modelId}`);
    const region = process.env.AWS_REGION ?? 'us-east-1';
    const credentials = await new BedrockRuntimeClient({ region }).config
      .credentials()
      .catch(() => undefined);
    if (credentials === undefined) throw new Error('there are no AWS credentials for --model bedrock');
    const endpoint = `https://bedrock-runtime.${region}.amazonaws.com`;
    const client = new BedrockRuntimeClient({ region, credentials, endpoint, maxAttempts: 1 });
    return {
      model: new BedrockTextModel({ client, modelId, maxTokens: MAX_TOKENS }),
      price,
      maxTokens: MAX_TOKENS,
    };
  }
  if (kind !== 'openai-compatible')
    throw new Error(`there is no model ${kind}: none, bedrock, openai-compatible`);
  const key = process.env.OPENAI_API_KEY;
  const model = new OpenAiCompatibleTextModel({
    baseUrl: baseUrl ?? 'http://127.0.0.1:11434/v1',
    ...{ model: modelId, maxTokens: MAX_TOKENS, maxTokensField: 'max_tokens' },
    apiKey: async () => key,
  });
  return { model, price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }, maxTokens: MAX_TOKENS };
}

/** Why the model cannot be asked, or undefined when it answers, well or badly. */
export async function whyUnreached({ model }: PricedModel, question: Question): Promise<string | undefined> {
  try {
    await model.analyse(question, AbortSignal.timeout(TRY_MS));
    return undefined;
  } catch (error) {
    return error instanceof ModelUnavailable ? error.message : undefined;
  }
}
