/** `tocsin warm`: prepares the archive for a job that starts from it, with no memory of its own. */
import type { StageConfig } from '../../lib/config/schema.ts';
import { warmPrefix } from '../../lib/config/warm-prefix.ts';
import { ARCHIVE_PREFIX } from '../backtest/archive-folder.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { instantMs } from '../instant.ts';
import { neverArchived } from '../warm/never-archived.ts';
import { warmPlace } from '../warm/place.ts';
import { prepare } from '../warm/prepare.ts';

export interface WarmOptions {
  readonly from: string;
  readonly to?: string;
  readonly input?: string;
  readonly out?: string;
}

/** Firehose writes an object when its time is over; so long after that it is an alarm that it did not. */
const DELIVERY_SLACK_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;
/** Until the deploy is through and the job has come to the streams. */
const DEPLOY_MS = HOUR_MS;

/** @throws CliError */
export async function runWarm(context: CliContext, options: WarmOptions, now: Date): Promise<void> {
  const { settings } = context;
  const { fromMs, untilMs } = rangeOf(options, settings, now);
  const from = new Date(fromMs).toISOString();
  const bucket =
    options.input === undefined || options.out === undefined
      ? await context.output('Data', 'ArchiveBucketName')
      : '';
  const to = warmPlace(options.out ?? `s3://${bucket}/${warmPrefix(from)}`, context.clients.s3);
  const { records, duplicates, manifests } = await prepare({
    input: options.input ?? `s3://${bucket}/${ARCHIVE_PREFIX}`,
    fromMs,
    untilMs,
    inputs: settings.inputs,
    to,
    s3: context.clients.s3,
    say: (line) => context.say(line),
  });
  const missing = options.input === undefined ? await neverArchived(bucket, fromMs, context.clients.s3) : 0;
  if (missing > 0) {
    context.say(
      `${missing} objects below s3://${bucket}/errors/ since then hold records that were never archived: the job will not learn from those.`,
    );
  }
  const until = new Date(untilMs).toISOString();
  const objects = Object.values(manifests).reduce((sum, each) => sum + each.objects.length, 0);
  const result = {
    stage: context.stage,
    uri: to.uri,
    from,
    until,
    records,
    duplicates,
    objects,
    never_archived: missing,
  };
  context.result(recipe(result, now), result);
}

function recipe(
  { stage, from, until, records }: { stage: string; from: string; until: string; records: number },
  now: Date,
): string {
  return [
    `${records.toLocaleString('en')} records that arrived from ${from} to ${until} are ready for a job to start from.`,
    `Below flink in lib/config/${stage}.ts set, and deploy:`,
    `  warmFrom: '${from}',`,
    `  quietUntil: '${now.toISOString()}',`,
    'An application that runs, or has a snapshot, ignores it: docs/state.md says how to start it without.',
  ].join('\n');
}

/** Up to where the archive is sure to be whole, and the streams still hold what came since. */
function rangeOf(options: WarmOptions, { archive, streamRetentionHours }: StageConfig, now: Date) {
  const wholeMs = now.getTime() - archive.bufferSeconds * 1_000 - DELIVERY_SLACK_MS;
  const fromMs = instantMs(options.from, '--from', 0);
  const untilMs = options.to === undefined ? wholeMs : instantMs(options.to, '--to', 0);
  if (fromMs >= untilMs) {
    throw new CliError(
      `--from ${options.from} must lie before ${new Date(untilMs).toISOString()}, where it ends.`,
    );
  }
  if (untilMs > now.getTime()) throw new CliError(`--to ${options.to} is yet to come.`);
  const keptMs = streamRetentionHours * HOUR_MS - DEPLOY_MS;
  if (untilMs < now.getTime() - keptMs) {
    throw new CliError(
      `The streams keep ${streamRetentionHours} hours: what came after --to ${options.to} and is gone there would be missing. ` +
        'Leave --to out.',
    );
  }
  return { fromMs, untilMs };
}
