/** What the command line of the demo may say; demo.mjs holds the help text. */
import * as z from 'zod';
import { LocalRunFailed } from './local-error.ts';

const DEFAULT_PORT = 4566;
/** The inbox and the mail server move with the emulator's port, so that one option starts a second run. */
const DEFAULT_INBOX_PORT = 8025;
const DEFAULT_SMTP_PORT = 2525;

const Port = z.coerce.number().int().min(1024).max(65_535);

const Options = z.object({
  once: z.boolean().default(false),
  json: z.boolean().default(false),
  keep: z.boolean().default(false),
  replay: z.string().optional(),
  speed: z.coerce.number().positive().default(1),
  input: z
    .string()
    .transform((list) => (list === 'none' ? [] : list.split(',')))
    .pipe(z.array(z.enum(['host', 'transactions'])))
    .optional(),
  seed: z.coerce.number().int().nonnegative().default(1),
  port: Port.default(DEFAULT_PORT),
  'inbox-port': Port.optional(),
  'smtp-port': Port.optional(),
});

export type DemoOptions = ReturnType<typeof readOptions>;

/** @throws LocalRunFailed that names each option at fault */
export function readOptions(values: unknown) {
  const parsed = Options.safeParse(values);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`);
    throw new LocalRunFailed(`${faults.join('\n')}\nnpm run demo -- --help shows what there is.`);
  }
  const { data } = parsed;
  const shift = data.port - DEFAULT_PORT;
  return {
    ...data,
    input: data.input ?? (data.replay === undefined ? (['host', 'transactions'] as const) : []),
    inboxPort: data['inbox-port'] ?? DEFAULT_INBOX_PORT + shift,
    smtpPort: data['smtp-port'] ?? DEFAULT_SMTP_PORT + shift,
  };
}
