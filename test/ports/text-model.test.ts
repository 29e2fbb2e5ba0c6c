import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { BedrockTextModel, parseAnswer } from '../../lambdas/ports/text-model/bedrock.ts';
import { noTextModel } from '../../lambdas/ports/text-model/none.ts';
import { ModelAnswerUnusable, ModelUnavailable } from '../../lambdas/ports/text-model/port.ts';
import { type Emulator, hasEmulator, startEmulator } from './emulator.ts';

const answer = { summary: 'A payment of 10,000.', causes: ['fraud'], next_steps: ['call the customer'] };

describe('an answer', () => {
  it.each([
    JSON.stringify(answer),
    `Here it is:\n\`\`\`json\n${JSON.stringify(answer)}\n\`\`\``,
    JSON.stringify({ ...answer, confidence: 0.9 }),
  ])('is the JSON object in the text: %s', (text) => expect(parseAnswer(text)).toEqual(answer));

  it.each([
    '',
    'I cannot say.',
    '{"summary":',
    '{"summary":"x"}',
    JSON.stringify({ ...answer, summary: '' }),
  ])('is unusable: %s', (text) => expect(() => parseAnswer(text)).toThrow(ModelAnswerUnusable));
});

describe('a model on Bedrock', () => {
  const client = new BedrockRuntimeClient({ region: 'us-east-1' });
  const model = new BedrockTextModel({ client, modelId: 'vendor.model-v1', maxTokens: 400 });
  const signal = () => AbortSignal.timeout(1_000);

  it('gets the alert as data, and its answer is read', async () => {
    const send = jest.spyOn(client, 'send').mockImplementationOnce(async () => ({
      output: { message: { role: 'assistant', content: [{ text: JSON.stringify(answer) }] } },
    }));
    await expect(model.analyse('the alert', signal())).resolves.toEqual(answer);
    expect(send.mock.calls[0]?.[0].input).toMatchObject({
      modelId: 'vendor.model-v1',
      messages: [{ role: 'user', content: [{ text: 'the alert' }] }],
      inferenceConfig: { maxTokens: 400 },
    });
  });

  it('is unavailable when it is refused, and says how', async () => {
    const refused = Object.assign(new Error('no'), { name: 'ThrottlingException' });
    jest.spyOn(client, 'send').mockImplementationOnce(() => Promise.reject(refused));
    await expect(model.analyse('the alert', signal())).rejects.toThrow(
      'vendor.model-v1: ThrottlingException',
    );
  });

  it('is unavailable at the deadline', async () => {
    jest
      .spyOn(client, 'send')
      .mockImplementationOnce(
        () => new Promise((_resolve, reject) => setTimeout(() => reject(new Error('aborted')), 50)),
      );
    const late = model.analyse('the alert', AbortSignal.timeout(10));
    await expect(late).rejects.toThrow(ModelUnavailable);
    await expect(late).rejects.toThrow('no answer before the deadline');
  });
});

it('without a model there is no analysis', async () => {
  await expect(noTextModel.analyse('the alert', AbortSignal.timeout(10))).resolves.toBeUndefined();
});

// Without the project's Python environment there is no emulator: `npm run setup` makes it.
(hasEmulator ? describe : describe.skip)("the emulator's mock of Bedrock", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  }, 30_000);
  afterAll(() => emulator.stop());

  it('answers in prose, which is no analysis', async () => {
    const client = new BedrockRuntimeClient(emulator.options);
    const modelId = 'anthropic.claude-3-haiku-20240307-v1:0';
    const model = new BedrockTextModel({ client, modelId, maxTokens: 100 });
    await expect(model.analyse('the alert', AbortSignal.timeout(5_000))).rejects.toThrow(ModelAnswerUnusable);
  });
});
