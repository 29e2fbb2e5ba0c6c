/** The real stacks for the emulator: `cdk deploy --app "node --import tsx local/app.ts"`. */
import { App, Aspects } from 'aws-cdk-lib';
import * as z from 'zod';
import { buildStacks } from '../lib/build-stacks.ts';
import { checkConfig } from '../lib/config/load.ts';
import { local } from '../lib/config/local.ts';
import { SwapTypes } from './swap-types.ts';

const app = new App();
const Path = z.string().optional();
/** Benchmarks bring rules of their own: `-c rulesFile=bench/rules.json`. */
const rulesFile = Path.parse(app.node.tryGetContext('rulesFile'));
const config = checkConfig({ ...local, ...(rulesFile !== undefined && { rulesFile }) });
buildStacks(app, config, { env: { account: '000000000000', region: 'us-east-1' } });
Aspects.of(app).add(new SwapTypes());
