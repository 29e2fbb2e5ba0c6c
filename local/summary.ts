/** The JSON line at the end of `--once`. */
import type { Mail } from './inbox/mailbox.ts';
import { chainOf, type Observer } from './observer.ts';
import type { Producer } from './producer/producer.ts';
import type { LocalStack } from './stack.ts';

export interface RunTimes {
  readonly setupSeconds: number;
  /** When set-up was done, epoch ms. */
  readonly startedAt: number;
}

/** Everything that went in and has not come out, by what is missing. */
export interface Losses {
  /** Sequence numbers that are neither archived nor rejected. */
  readonly unseen: readonly string[];
  /** Sequence numbers of unreadable records that the job did not reject. */
  readonly unreported: readonly string[];
  /** What should have been mailed and was not: an entity, with its rule where an anomaly said so. */
  readonly unmailed: readonly string[];
}

/** Compares the producer's log and the answer key with what came out. */
export function lossesOf(
  producer: Producer,
  observer: Observer,
  mails: readonly Mail[],
  mustBeMailed: readonly string[],
): Losses {
  const rejected = new Set(observer.rejects.map((reject) => reject.sequence_number));
  const opened = mails.filter((mail) => kindOf(mail) === 'opened');
  const mailedEntities = new Set(opened.map((mail) => mail.headers['x-tocsin-entity']));
  const mailedGroups = new Set(
    opened.map((mail) => group(mail.headers['x-tocsin-entity'], mail.headers['x-tocsin-rule-id'])),
  );
  const raised = observer.anomalies.filter(({ kind, route }) => kind === 'raised' && route === 'page');
  return {
    unseen: producer.log
      .map((put) => put.sequenceNumber)
      .filter((number) => !observer.archived.has(number) && !rejected.has(number)),
    unreported: producer.log
      .filter((put) => put.planned?.bad !== undefined && !rejected.has(put.sequenceNumber))
      .map((put) => put.sequenceNumber),
    unmailed: [
      ...mustBeMailed.filter((entity) => !mailedEntities.has(entity)),
      ...new Set(
        raised
          .map((anomaly) => group(anomaly.entity, anomaly.rule_id))
          .filter((key) => !mailedGroups.has(key)),
      ),
    ],
  };
}

export function countLosses({ unseen, unreported, unmailed }: Losses): number {
  return unseen.length + unreported.length + unmailed.length;
}

export function summarize(
  stack: LocalStack,
  producer: Producer,
  observer: Observer,
  figures: { readonly times: RunTimes; readonly incidents: number; readonly losses: Losses },
) {
  const { mails } = stack.mailbox;
  const putAt = new Map(producer.log.map((put) => [put.sequenceNumber, put.putAt]));
  const waits = mails
    .filter((mail) => kindOf(mail) === 'opened')
    .flatMap((mail) => {
      const put = putAt.get(chainOf(mail).sequenceNumber ?? '');
      return put === undefined ? [] : [mail.receivedAt - put];
    });
  const firstMailAt = mails[0]?.receivedAt;
  return {
    records_in: producer.log.length,
    rejects: new Set(observer.rejects.map((reject) => reject.sequence_number)).size,
    anomalies: new Set(observer.anomalies.map((anomaly) => anomaly.anomaly_id)).size,
    incidents: figures.incidents,
    mails: mails.length,
    resolved_mails: mails.filter((mail) => kindOf(mail) === 'resolved').length,
    lost: countLosses(figures.losses),
    setup_seconds: seconds(figures.times.setupSeconds * 1_000),
    first_mail_seconds: firstMailAt === undefined ? null : seconds(firstMailAt - figures.times.startedAt),
    running_to_mail_seconds: firstMailAt === undefined ? null : seconds(firstMailAt - stack.runningAt),
    deploy_seconds: seconds(stack.deploySeconds * 1_000),
    job_start_seconds: seconds(stack.jobStartSeconds * 1_000),
    put_to_mail_ms: { p50: percentile(waits, 50), p95: percentile(waits, 95) },
  };
}

/** The kind of alert that an e-mail brings, by the attribute that the topic's subscribers can filter on. */
export function kindOf(mail: Mail): string | undefined {
  return mail.headers['x-tocsin-kind'];
}

/** Nearest-rank percentile; null of nothing. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

function group(entity: string | undefined, ruleId: string | undefined): string {
  return `${entity} (${ruleId})`;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1_000;
}
