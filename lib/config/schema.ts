/** Every setting of a stage, with its unit and meaning. A stage is one literal of this type in a file beside this one. */
import * as z from 'zod';
import { NoiseSettings } from '../../lambdas/incidents/settings.ts';
import { ChannelSettings } from '../../lambdas/notify/settings.ts';
import { BudgetSettings, TextModelSettings } from '../../lambdas/triage/settings.ts';

const StreamConfig = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('on-demand') }),
  z.strictObject({ mode: z.literal('provisioned'), shards: z.int().positive() }),
]);

/** An address that gets only what all of its lists let through. A list that is absent lets everything through. */
const Subscriber = z.strictObject({
  address: z.email(),
  severities: z
    .array(z.enum(['warning', 'critical']))
    .min(1)
    .optional(),
  sources: z.array(z.string()).min(1).optional(),
  /** Owners of entities, as in `config/entities.json`; entities without one belong to `nobody`. */
  owners: z.array(z.string()).min(1).optional(),
});
export type Subscriber = z.infer<typeof Subscriber>;

const minutes = z.int().positive();
const days = z.int().positive();

export const StageConfig = z.strictObject({
  stage: z.enum(['local', 'dev', 'staging', 'prod']),
  /** AWS region; absent: that of the deployer's profile. */
  region: z.string().optional(),
  /** First part of every stack's and resource's name, letters and digits. */
  projectName: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{1,19}$/, 'must be 2 to 20 letters and digits, starting with a capital'),
  /** Keeps data on destroy, guards stacks, tables and keys against deletion. */
  protectData: z.boolean(),

  /** Input streams by short name; their union is what the job reads. `readings` is the usual one. */
  inputs: z.array(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/)).min(1),
  /** Capacity of each input stream. */
  stream: StreamConfig,
  /** How long the streams keep records: what a stopped job can still catch up with. */
  streamRetentionHours: z.int().min(24).max(8760),
  /** `config/sources.json`, `config/rules.json` and `config/entities.json`, or other files of the same shape. */
  sourcesFile: z.string(),
  rulesFile: z.string(),
  entitiesFile: z.string(),

  flink: z
    .strictObject({
      parallelism: z.int().positive(),
      parallelismPerKpu: z.int().positive(),
      autoScaling: z.boolean(),
      checkpointIntervalMs: z.int().positive(),
      /** Pause between two reads of a shard that had nothing; every reader of a shard shares 5 reads a second. */
      readIntervalMs: z.int().positive(),
      /** Longest wait before found anomalies are put on their stream. */
      flushIntervalMs: z.int().positive(),
      /** Pause between two looks for a changed rule set. */
      rulesPollMs: z.int().positive(),
      /** Where to start reading when there is no snapshot. */
      startPosition: z.enum(['LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP']),
      /** For AT_TIMESTAMP: the instant, ISO 8601 with a zone; records that arrived then or later are read. */
      startTimestamp: z.iso.datetime({ offset: true }).optional(),
      /**
       * For a warm start: the instant, ISO 8601 with a zone, before which the job only learns. Anomalies of before open no
       * incident and send no e-mail. At most an hour after the synth: until then nobody is told of anything new.
       */
      quietUntil: z.iso.datetime({ offset: true }).optional(),
      /**
       * For a start from the archive: the instant, ISO 8601 with a zone, that `tocsin warm --from` was given. A job without a
       * snapshot reads what that prepared, and then the streams from there on. Needs quietUntil.
       */
      warmFrom: z.iso.datetime({ offset: true }).optional(),
      /** Restore even where state no longer fits, and lose that part. Leave false; see docs/runbook.md. */
      allowNonRestoredState: z.boolean(),
    })
    .refine(
      ({ startPosition, startTimestamp }) =>
        (startPosition === 'AT_TIMESTAMP') === (startTimestamp !== undefined),
      {
        path: ['startTimestamp'],
        message: 'must be set for AT_TIMESTAMP, and only for it',
      },
    )
    .refine(({ warmFrom, quietUntil }) => warmFrom === undefined || quietUntil !== undefined, {
      path: ['quietUntil'],
      message:
        'must be set with warmFrom, or all that is long over would be mailed again: the time of the deploy',
    })
    .refine(
      ({ warmFrom, quietUntil }) =>
        warmFrom === undefined || quietUntil === undefined || Date.parse(warmFrom) < Date.parse(quietUntil),
      { path: ['warmFrom'], message: 'must lie before quietUntil' },
    ),

  detection: z
    .strictObject({
      /** k of mean ± k·σ where a rule names none. */
      anomalyThresholdMultiplier: z.number().positive(),
      /** Readings in the baseline of the deviation detector. */
      deviationRows: z.int().min(10).max(10_000),
      /** Most metrics of entities that NOVELTY keeps a model of, in the whole job; docs/detection.md says what one takes. */
      maxNoveltyKeys: z.int().min(1).max(1_000_000),
      /** Sizes of the windows that window rules judge. */
      tumblingSeconds: z.int().positive(),
      hoppingSeconds: z.int().positive(),
      /** A hopping window ends this often; a whole number of hops makes one. */
      hopSeconds: z.int().positive(),
      /** Records further ahead of their arrival than this are rejects. */
      maxAheadSeconds: z.int().positive(),
    })
    .refine(({ hoppingSeconds, hopSeconds }) => hoppingSeconds % hopSeconds === 0, {
      path: ['hopSeconds'],
      message:
        'must divide hoppingSeconds without a rest, or Flink refuses the window and the job does not start: 60 for 300, say',
    }),

  incidents: z.strictObject({
    /** An open incident with no sign of life for this long resolves. Renewals come every 5 minutes. */
    quietMinutes: minutes,
    /** How long resolved incidents are kept. */
    keepDays: days,
    /** One record in so many is kept as a sample of what is normal; 0: none. */
    sampleNormalEvery: z.int().nonnegative(),
    /** Groups, reminders, reopening, flapping, inhibition: explained in lambdas/incidents/settings.ts. */
    noise: NoiseSettings,
  }),

  triage: z.strictObject({
    /** Who adds an analysis to the e-mail: nobody, a model on Bedrock, or one behind a chat completions API. */
    textModel: TextModelSettings,
    /** After this the e-mail leaves without the model's part. */
    deadlineMs: z.int().positive().max(60_000),
    /** What models may cost; at the limit e-mails go without an analysis, and say so. */
    budget: BudgetSettings,
    /** Messages that are worded side by side, and with them the calls of a model. */
    concurrency: z.int().min(2).max(100),
  }),

  /** Who gets the alerts; each address must confirm its subscription. */
  notificationEmails: z.array(z.union([z.email(), Subscriber])),

  /** How fast e-mails leave, and when many become one: explained in lambdas/notify/settings.ts. */
  channel: ChannelSettings,
  /** Hour of the day, UTC, at which the warnings of the last day are mailed in one digest. */
  dailyDigestHour: z.int().min(0).max(23),

  /** Who hears when Tocsin itself is ill, by a topic of its own; each address must confirm this subscription too. */
  operations: z.strictObject({
    /** Addresses for alarms and for a lost heartbeat. */
    emails: z.array(z.email()),
    /** A made-up record goes the whole way this often; twice missing it alarms. */
    heartbeatMinutes: z.int().min(1).max(60),
  }),

  archive: z.strictObject({
    /** Parquet through Glue, or JSON lines (what the emulator can keep up with). */
    format: z.enum(['parquet', 'json']),
    /** How long and how much Firehose gathers before it writes an object; the minima are those of partitioned delivery. */
    bufferSeconds: z.int().min(60).max(900),
    bufferMiB: z.int().min(64).max(128),
    /** Days until objects move to cheaper storage, and until they are deleted. */
    infrequentAfterDays: days,
    expireAfterDays: days,
  }),

  logRetentionDays: z.union([
    z.literal(1),
    z.literal(3),
    z.literal(5),
    z.literal(7),
    z.literal(14),
    z.literal(30),
    z.literal(60),
    z.literal(90),
    z.literal(180),
    z.literal(365),
  ]),
});
export type StageConfig = z.infer<typeof StageConfig>;

/** The addresses that get alerts. */
export function addressesOf({ notificationEmails }: Pick<StageConfig, 'notificationEmails'>): string[] {
  return notificationEmails.map((each) => (typeof each === 'string' ? each : each.address));
}
