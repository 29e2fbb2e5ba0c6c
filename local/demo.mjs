#!/usr/bin/env node
/** `npm run demo`: plain Node, so that it can install what it needs first; then hands over to demo.ts. */
import { parseArgs } from 'node:util';

const HELP = `npm run demo -- [options]

The whole pipeline on this machine: an AWS emulator, the real stacks and Lambdas, the real Flink job, and an inbox
for the e-mails. Without options it watches this machine and made-up card payments until Ctrl-C.

  --once               put a seeded input, end when its incidents were mailed and resolved; exit 0 only if nothing was lost
  --json               JSON on standard output, words on standard error; with --once one summary on the last line
  --replay FILE.csv    input is this series: columns timestamp,value; times are UTC and shifted so that it starts now
  --speed N            replay N times as fast; times move together likewise (default 1)
  --input LIST         live inputs: host, transactions, or none (default host,transactions; none with --replay)
  --seed N             seed of the made-up payments (default 1)
  --keep               after --once, leave everything running until Ctrl-C, to read the e-mails
  --port N             port of the emulator (default 4566); the other two move with it
  --inbox-port N       port of the inbox in the browser (default 8025)
  --smtp-port N        port of the mail server (default 2525)
  --help

Examples:
  npm run demo
  npm run -s demo -- --once --json
  npm run demo -- --replay ../shared/nab/data/realKnownCause/nyc_taxi.csv --speed 100000
`;

const options = /** @type {const} */ ({
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  replay: { type: 'string' },
  speed: { type: 'string' },
  input: { type: 'string' },
  seed: { type: 'string' },
  keep: { type: 'boolean' },
  port: { type: 'string' },
  'inbox-port': { type: 'string' },
  'smtp-port': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
});

function readArguments() {
  try {
    return parseArgs({ options, strict: true }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(1);
  }
}

const values = readArguments();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const { setUp, SetupFailed } = await import('../scripts/setup.mjs');
let setupSeconds = 0;
try {
  ({ seconds: setupSeconds } = await setUp((line) => console.error(line)));
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  console.error(error.message);
  process.exit(1);
}

// Node 20 works; the SDK's notice about it would only bury what the demo says.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const { register } = await import('tsx/esm/api');
register();
const { demo } = await import('./demo.ts');
process.exit(await demo(values, setupSeconds));
