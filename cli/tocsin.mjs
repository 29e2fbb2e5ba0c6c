#!/usr/bin/env node
/** Starts the command: the TypeScript beside this file, compiled in memory. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
if (!existsSync(join(root, 'node_modules', 'tsx'))) {
  console.error(`The packages of Tocsin are not installed. Run once: cd ${root} && npm ci`);
  process.exit(1);
}
// Node 20 is supported here for as long as it works; the SDK's notice is not about the user's command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
