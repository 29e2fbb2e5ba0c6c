/** A model on Bedrock, by the Converse API; the answer is the input of a tool that it is made to use. */
import {
  type BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { answerSchema, checkedAnswer, parseAnswer } from './answer.ts';
import {
  type Answered,
  ModelAnswerUnusable,
  ModelRefused,
  ModelUnavailable,
  type Question,
  type TextModel,
  type Usage,
} from './port.ts';
import { ANSWER_NAME, promptOf, TASK } from './prompt.ts';

export interface BedrockOptions {
  readonly client: BedrockRuntimeClient;
  /** Of a model, or of an inference profile. */
  readonly modelId: string;
  /** Longest answer, in tokens. */
  readonly maxTokens: number;
  /** Judges the untrusted part of the question, and the answer. */
  readonly guardrail?: { readonly id: string; readonly version: string } | undefined;
}

/** The request was turned down before a model saw it. */
const UNBILLED = new Set([
  'ThrottlingException',
  'AccessDeniedException',
  'ValidationException',
  'ResourceNotFoundException',
  'ModelNotReadyException',
  'ServiceQuotaExceededException',
  'ServiceUnavailableException',
]);

export class BedrockTextModel implements TextModel {
  readonly name: string;
  readonly #options: BedrockOptions;

  constructor(options: BedrockOptions) {
    this.name = options.modelId;
    this.#options = options;
  }

  async analyse(question: Question, signal: AbortSignal): Promise<Answered> {
    return answeredBy(await this.#converse(question, signal));
  }

  async #converse(question: Question, signal: AbortSignal): Promise<ConverseCommandOutput> {
    const { client, modelId, maxTokens, guardrail } = this.#options;
    const command = new ConverseCommand({
      modelId,
      system: [{ text: TASK }],
      messages: [{ role: 'user', content: contentOf(question, guardrail !== undefined) }],
      inferenceConfig: { maxTokens, temperature: 0 },
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: ANSWER_NAME,
              description: 'Takes the analysis of the incident.',
              inputSchema: { json: answerSchema },
            },
          },
        ],
        toolChoice: { tool: { name: ANSWER_NAME } },
      },
      ...(guardrail && {
        guardrailConfig: { guardrailIdentifier: guardrail.id, guardrailVersion: guardrail.version },
      }),
    });
    try {
      return await client.send(command, { abortSignal: signal });
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : String(cause);
      const why = signal.aborted ? 'no answer before the deadline' : name;
      const mayBeBilled = signal.aborted || !UNBILLED.has(name);
      throw new ModelUnavailable(`${modelId}: ${why}`, { cause, mayBeBilled });
    }
  }
}

/** With a guardrail only the words of others are its business: ours would use up its limits and mislead its filters. */
function contentOf(question: Question, isGuarded: boolean): ContentBlock[] {
  const { trusted, untrusted } = promptOf(question);
  const ours: ContentBlock = { text: trusted };
  if (untrusted === '') return [ours];
  const theirs: ContentBlock = isGuarded
    ? { guardContent: { text: { text: untrusted } } }
    : { text: untrusted };
  return [ours, theirs];
}

function answeredBy({ output, stopReason, usage: told }: ConverseCommandOutput): Answered {
  const usage: Usage | undefined =
    told?.inputTokens === undefined || told.outputTokens === undefined
      ? undefined
      : { input_tokens: told.inputTokens, output_tokens: told.outputTokens };
  const counted = { usage };
  if (stopReason === 'max_tokens') throw new ModelAnswerUnusable('the answer was cut off', counted);
  if (stopReason === 'guardrail_intervened') throw new ModelRefused('the guardrail intervened', counted);
  if (stopReason === 'content_filtered') throw new ModelRefused("the provider's filter intervened", counted);
  const content = output?.message?.content ?? [];
  const used = content.find(({ toolUse }) => toolUse?.name === ANSWER_NAME)?.toolUse;
  // Some models write the object as text although they are made to use the tool.
  const answer =
    used === undefined
      ? parseAnswer(content.map(({ text }) => text ?? '').join(''), usage)
      : checkedAnswer(used.input, usage);
  return { answer, ...(usage && { usage }) };
}
