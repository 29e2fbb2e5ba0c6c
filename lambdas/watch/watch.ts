/** Would an alert reach anybody? Pure: what is subscribed against what the settings say. */
import type { Severity } from '../../contracts/shared.ts';
import type { Subscription, SubscriptionFilter } from '../ports/subscribers/port.ts';

/** A kind of alert that no confirmed e-mail address would get. */
export interface Unheard {
  readonly severity: Severity;
  readonly source: string;
}

export interface Coverage {
  /** Addresses that get what their filters let through. */
  readonly confirmed: readonly string[];
  /** Addresses that have not followed the link in their first e-mail. */
  readonly pending: readonly string[];
  /** Addresses of the settings that are not subscribed: removed by hand, or by a mail scanner that followed the link. */
  readonly lost: readonly string[];
  readonly unheard: readonly Unheard[];
}

const SEVERITIES: readonly Severity[] = ['critical', 'warning'];

/**
 * @param expected addresses of the settings
 * @param sources names of all sources
 * @param actual what the channel has; only its e-mail subscriptions count
 */
export function coverageOf(
  expected: readonly string[],
  sources: readonly string[],
  actual: readonly Subscription[],
): Coverage {
  const emails = actual.filter(({ protocol }) => protocol === 'email' || protocol === 'email-json');
  const confirmed = emails.filter(({ state }) => state === 'confirmed');
  const subscribed = new Set(emails.map(({ endpoint }) => endpoint.toLowerCase()));
  const unheard = sources.flatMap((source) =>
    SEVERITIES.filter((severity) => !confirmed.some(({ filter }) => hears(filter, { severity, source }))).map(
      (severity) => ({ severity, source }),
    ),
  );
  return {
    confirmed: confirmed.map(({ endpoint }) => endpoint),
    pending: emails.filter(({ state }) => state === 'pending').map(({ endpoint }) => endpoint),
    lost: expected.filter((address) => !subscribed.has(address.toLowerCase())),
    unheard,
  };
}

/** True when the filter lets through an opened alert of that severity and source, whoever owns the entity. */
function hears(filter: SubscriptionFilter | undefined, { severity, source }: Unheard): boolean {
  const attributes = new Map<string, string>([
    ['kind', 'opened'],
    ['severity', severity],
    ['source', source],
  ]);
  return Object.entries(filter ?? {}).every(([name, conditions]) => {
    const value = attributes.get(name);
    // What is not known here (an owner, an entity) may or may not match: it is taken to match.
    return value === undefined || conditions.some((condition) => matches(value, condition));
  });
}

function matches(value: string, condition: SubscriptionFilter[string][number]): boolean {
  if (typeof condition === 'string') return condition === value;
  const excluded = condition['anything-but'];
  // Conditions that our deploys do not write (prefixes, numbers) are taken to match: somebody set them by hand.
  return excluded === undefined || !excluded.includes(value);
}
