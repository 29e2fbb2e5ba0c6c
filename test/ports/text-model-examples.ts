/** A question and a good answer to it. */
import type { ModelAnswer, Question } from '../../lambdas/ports/text-model/port.ts';

export const question: Question = {
  facts: [
    {
      id: 'value',
      text: 'amount of user001 was 10,000, too high (High).',
      numbers: [10_000],
      names: ['amount', 'user001'],
      trusted: true,
    },
    { id: 'expected', text: 'At most 5,000 was expected.', numbers: [5_000], names: [], trusted: true },
    {
      id: 'label.1',
      text: 'Label merchantId is "merchant-001".',
      numbers: [],
      names: ['merchantId', 'merchant-001'],
      trusted: false,
    },
  ],
  judgement: { verdict: 'LIKELY', reason: 'The value is twice the limit.', cites: ['value', 'expected'] },
  severity: 'warning',
};

export const answer: ModelAnswer = {
  verdict: 'LIKELY',
  severity: 'warning',
  summary: 'The amount of user001 was 10,000, above the expected 5,000.',
  causes: [{ text: 'An unusually large payment at merchant-001.', cites: ['value', 'label.1'] }],
  next_steps: ['Check the payment with the customer.'],
  gaps: ['Whether the customer paid such amounts before is not known.'],
};
