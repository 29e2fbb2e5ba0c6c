/** What an e-mail says of a model's analysis, marked as such: nothing outside this section is a model's. */
import type { Vetted } from './vet.ts';
import { instant } from './words.ts';

/** What a text model adds, or why it added nothing. */
export type Analysis =
  | { readonly kind: 'none' }
  | { readonly kind: 'missing'; readonly reason: string }
  | {
      readonly kind: 'text';
      readonly model: string;
      readonly vetted: Vetted;
      /** When it was written, where that was for an earlier e-mail. */
      readonly written_at?: string;
    };

/** Title and lines of the section; both empty where there is nothing to say. */
export function analysisSection(analysis: Analysis): { readonly title: string; readonly text: string } {
  if (analysis.kind === 'none') return { title: '', text: '' };
  if (analysis.kind === 'missing') return missing(analysis.reason);
  const { vetted, model, written_at } = analysis;
  if (vetted.isRejected) return missing('the evidence does not hold what the model wrote.');
  const lines = [
    ...(written_at === undefined
      ? []
      : [`Written at ${instant(written_at)}; what no longer holds is left out.`]),
    ...(vetted.verdict === undefined ? [] : [`Verdict of the model: ${vetted.verdict}`]),
    ...(vetted.severity === undefined
      ? []
      : [`It proposes the severity ${vetted.severity}; the one above comes from the rules and stands.`]),
    ...(vetted.summary.length === 0 ? [] : [vetted.summary.join(' ')]),
    ...vetted.causes.map(({ text, cites }) => `Possible cause: ${text} (by ${cites.join(', ')})`),
    ...vetted.next_steps.map((step) => `Suggested: ${step}`),
    ...vetted.gaps.map((gap) => `Not known: ${gap}`),
    ...(vetted.removed.length === 0
      ? []
      : ['Some of its sentences are left out: the evidence does not hold them.']),
  ];
  return { title: `Analysis by ${model} (a language model: check it)`, text: lines.join('\n') };
}

const missing = (reason: string) => ({
  title: 'Analysis',
  text: `There is none: ${reason} All else here comes from the rules.`,
});
