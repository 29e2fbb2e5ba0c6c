/** What keeps the promises, each by name, and the product's parts with one of them taken away. Nothing here is in the product. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { IncidentStore } from '../../lambdas/ports/incident-store/port.ts';
import { NotAccepted, type Notifier } from '../../lambdas/ports/notifier/port.ts';
import type { Outbox } from '../../lambdas/ports/outbox/port.ts';
import { type Answered, ModelAnswerUnusable, type TextModel } from '../../lambdas/ports/text-model/port.ts';
import type { Invoke } from '../event-sources/invoking.ts';

export const GUARDS = {
  'seen-mark': 'each anomaly counts once',
  'replay-memory': 'what ended is remembered for as long as the stream could bring it again',
  'own-grave': 'a record that is no anomaly is buried by itself, and its batch goes on',
  'cleared-memory': 'what cleared first is remembered',
  'own-clock': 'times of decisions are those of the functions, not of the records',
  'partial-failures': 'only what failed comes again, and all of it does',
  claim: 'a message is claimed before it is published',
  'give-back': 'what the channel refused goes back to the queue',
  'unknown-stays': 'what may have been sent is not sent again',
  deadline: 'a mail does not wait for the text model',
  'answer-form': 'an answer of the wrong form is thrown away',
  fingerprint: 'a value does not make an incident',
  bucket: 'the token bucket',
  checkpoint: 'a job that ended begins again where its last checkpoint ended',
  'shard-discovery': 'shards that came since the start are read too',
  settling: 'an end must hold before it is believed',
} as const;
export type Guard = keyof typeof GUARDS;

export function withoutSeenMark(store: IncidentStore): IncidentStore {
  let count = 0;
  return overriding(store, {
    commit: (change) => {
      const { anomaly } = change;
      count += 1;
      const anomaly_id = count.toString(16).padStart(64, '0');
      return store.commit({ ...change, ...(anomaly && { anomaly: { ...anomaly, anomaly_id } }) });
    },
  });
}

export function withoutClearedMemory(store: IncidentStore): IncidentStore {
  return overriding(store, {
    recall: async (fingerprint) => ({ ...(await store.recall(fingerprint)), cleared: undefined }),
  });
}

/** Neither which anomalies were counted, nor what cleared and ended last. */
export function withoutReplayMemory(store: IncidentStore): IncidentStore {
  const forgetful = withoutSeenMark(store);
  return overriding(forgetful, {
    recall: async (fingerprint) => ({ open: (await store.recall(fingerprint)).open, cleared: undefined }),
  });
}

export function withoutClaim(outbox: Outbox): Outbox {
  return overriding(outbox, {
    find: async () => undefined,
    claim: async (request, now) => ({
      outcome: 'claimed',
      line: { request, created_at: now.toISOString(), state: 'claimed', requeues: 0 },
    }),
  });
}

/** Every failure counts as sent. */
export function withoutGiveBack(notifier: Notifier): Notifier {
  return { publish: (alert) => notifier.publish(alert).catch(() => 'unknown') };
}

/** Every failure counts as not accepted. */
export function withoutUnknown(notifier: Notifier): Notifier {
  return {
    publish: (alert) =>
      notifier.publish(alert).catch((error: unknown) => {
        throw new NotAccepted(`${alert.alert_id} failed`, { cause: error });
      }),
  };
}

/** What came, whatever it was, is taken for an answer. */
export function withoutAnswerForm(model: TextModel): TextModel {
  const asItCame = (error: unknown): Answered => {
    const text = error instanceof ModelAnswerUnusable ? error.message : '';
    const none = { causes: [], next_steps: [], gaps: [] };
    return {
      answer: { verdict: 'LIKELY', severity: 'warning', summary: `RUBBISH ${text}`, ...none },
    };
  };
  return {
    name: model.name,
    analyse: (question, signal) => model.analyse(question, signal).catch(asItCame),
  };
}

/** Another entity for each value. */
export const withoutFingerprint = (anomaly: Anomaly): Anomaly => ({
  ...anomaly,
  entity: `${anomaly.entity}:${anomaly.value}`,
});

/** Whatever failed counts as done. */
export const withoutPartialFailures =
  <R>(invoke: Invoke<R>): Invoke<R> =>
  async (records) => {
    await invoke(records);
    return new Set();
  };

function overriding<T extends object>(of: T, methods: Partial<T>): T {
  return new Proxy(of, {
    get(target, name) {
      const own = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof own === 'function' && !(name in methods) ? own.bind(target) : own;
    },
  });
}
