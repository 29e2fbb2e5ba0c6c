/** Config in, stacks out: `npx cdk synth -c stage=dev`, and `-c notificationEmails=a@b.org,c@d.org` for other addresses. */
import { App } from 'aws-cdk-lib';
import { buildStacks } from '../lib/build-stacks.ts';
import { addChecks } from '../lib/checks.ts';
import { loadConfig } from '../lib/config/load.ts';

const app = new App();
const config = loadConfig({
  stage: app.node.tryGetContext('stage'),
  notificationEmails: app.node.tryGetContext('notificationEmails'),
});
addChecks(app);
buildStacks(app, config, {
  env: {
    ...(process.env.CDK_DEFAULT_ACCOUNT !== undefined && { account: process.env.CDK_DEFAULT_ACCOUNT }),
    ...(process.env.CDK_DEFAULT_REGION !== undefined && { region: process.env.CDK_DEFAULT_REGION }),
  },
});
