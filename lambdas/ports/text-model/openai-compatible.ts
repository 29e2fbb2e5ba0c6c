/** A model behind the chat completions API that OpenAI made usual: a hosted one, or Ollama, vLLM, llama.cpp on a machine of yours. */
import * as z from 'zod/mini';
import { answerSchema, parseAnswer } from './answer.ts';
import {
  type Answered,
  ModelAnswerUnusable,
  ModelError,
  ModelRefused,
  ModelUnavailable,
  type Question,
  type TextModel,
} from './port.ts';
import { ANSWER_NAME, promptOf, TASK } from './prompt.ts';

export interface OpenAiCompatibleOptions {
  /** Up to and with the version, such as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Longest answer, in tokens. */
  readonly maxTokens: number;
  /** What the server calls that limit. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Undefined where the server asks for none. */
  readonly apiKey: (signal: AbortSignal) => Promise<string | undefined>;
}

/** More is no answer to our question. */
const MAX_BYTES = 256 * 1_024;

const Completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.nullish(z.string()),
        message: z.object({ content: z.nullish(z.string()), refusal: z.nullish(z.string()) }),
      }),
    )
    .check(z.minLength(1)),
});
/** What fetch throws when there is no connection. */
const Unconnected = z.object({ cause: z.object({ code: z.string() }) });
const Counted = z.object({
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }),
});

export class OpenAiCompatibleTextModel implements TextModel {
  readonly name: string;
  readonly #options: OpenAiCompatibleOptions;

  constructor(options: OpenAiCompatibleOptions) {
    this.name = options.model;
    this.#options = options;
  }

  async analyse(question: Question, signal: AbortSignal): Promise<Answered> {
    const { model } = this.#options;
    try {
      return answeredBy(await this.#post(question, signal));
    } catch (cause) {
      if (cause instanceof ModelError) throw cause;
      const name = cause instanceof Error ? cause.name : String(cause);
      const why = signal.aborted ? 'no answer before the deadline' : name;
      // A connection that was never made cost nothing; one that was cut may have.
      throw new ModelUnavailable(`${model}: ${why}`, {
        cause,
        mayBeBilled: signal.aborted || !isRefused(cause),
      });
    }
  }

  /** @returns the body of an answer with status 200 */
  async #post(question: Question, signal: AbortSignal): Promise<string> {
    const { baseUrl, model, maxTokens, maxTokensField, apiKey } = this.#options;
    const key = await apiKey(signal);
    const { trusted, untrusted } = promptOf(question);
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
      method: 'POST',
      signal,
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        messages: [
          { role: 'system', content: TASK },
          { role: 'user', content: untrusted === '' ? trusted : `${trusted}\n${untrusted}` },
        ],
        temperature: 0,
        [maxTokensField]: maxTokens,
        response_format: {
          type: 'json_schema',
          json_schema: { name: ANSWER_NAME, strict: true, schema: answerSchema },
        },
      }),
    });
    const body = await textOf(response);
    if (response.status === 200) return body;
    throw new ModelUnavailable(`${model}: HTTP ${response.status}`, { mayBeBilled: false });
  }
}

/** @throws ModelAnswerUnusable for a body that no answer has */
async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new ModelAnswerUnusable(`more than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function answeredBy(body: string): Answered {
  const json = jsonOf(body);
  const counted = Counted.safeParse(json);
  const usage = counted.success
    ? {
        input_tokens: counted.data.usage.prompt_tokens,
        output_tokens: counted.data.usage.completion_tokens,
      }
    : undefined;
  const told = { usage };
  const completion = Completion.safeParse(json);
  const choice = completion.success ? completion.data.choices[0] : undefined;
  if (choice === undefined) throw new ModelAnswerUnusable('the body is no chat completion', told);
  if (choice.finish_reason === 'length') throw new ModelAnswerUnusable('the answer was cut off', told);
  if (choice.finish_reason === 'content_filter')
    throw new ModelRefused("the provider's filter intervened", told);
  if (choice.message.refusal) throw new ModelRefused('the model refused', told);
  return { answer: parseAnswer(choice.message.content ?? '', usage), ...(usage && { usage }) };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new ModelAnswerUnusable('the body is not JSON', { cause });
  }
}

/** Nobody listened, or the name leads nowhere. */
function isRefused(error: unknown): boolean {
  const parsed = Unconnected.safeParse(error);
  return parsed.success && ['ECONNREFUSED', 'ENOTFOUND'].includes(parsed.data.cause.code);
}
