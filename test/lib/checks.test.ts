import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { buildStacks } from '../../lib/build-stacks.ts';
import { addChecks } from '../../lib/checks.ts';
import { checkConfig, loadConfig } from '../../lib/config/load.ts';
import { acknowledge } from '../../lib/constructs/acknowledge.ts';
import { ENVIRONMENT, fixtureJar, fromArchive, newApp, STAGES } from './stages.ts';

/** What the CLI would print; empty when nothing was found. */
function findingsOf(build: (app: ReturnType<typeof newApp>) => void): string {
  const app = newApp();
  addChecks(app);
  build(app);
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const code = process.exitCode;
  try {
    app.synth();
    return said.mock.calls.flat().join('\n');
  } catch (error) {
    return `${said.mock.calls.flat().join('\n')}\n${error}`;
  } finally {
    said.mockRestore();
    process.exitCode = code;
  }
}

describe('cdk-nag and the validator of the CDK', () => {
  it.each(STAGES)(
    'find nothing in %s that is not explained beside it',
    (stage) => {
      const findings = findingsOf((app) => {
        buildStacks(app, loadConfig({ stage }), { jar: fixtureJar('bundled'), env: ENVIRONMENT });
        // Each jar has a warning for whoever deploys it; job-jar.test.ts holds which.
        acknowledge(app, { 'Annotation::Tocsin:bundledConnector': 'a test' });
      });
      expect(findings.trim()).toBe('');
    },
    60_000,
  );

  it('find nothing in a stage that starts from the archive', () => {
    const { settings } = loadConfig({ stage: 'dev' });
    const warm = checkConfig({ ...settings, flink: fromArchive(settings.flink) });
    const findings = findingsOf((app) => {
      buildStacks(app, warm, { jar: fixtureJar('bundled'), env: ENVIRONMENT });
      acknowledge(app, { 'Annotation::Tocsin:bundledConnector': 'a test' });
    });
    expect(findings.trim()).toBe('');
  }, 60_000);

  const withWildcard = (suffix: string, accepted: Record<string, string>) =>
    findingsOf((app) => {
      const producer = new Stack(app, 'Producer', { env: ENVIRONMENT });
      const role = new iam.Role(producer, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
      new CfnOutput(producer, 'Arn', { value: role.roleArn });
      const user = new iam.Role(new Stack(app, 'User', { env: ENVIRONMENT }), 'Role', {
        assumedBy: new iam.AccountRootPrincipal(),
      });
      user.addToPolicy(
        new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`${role.roleArn}${suffix}`] }),
      );
      acknowledge(user, accepted);
    });

  it('find a wildcard that nobody accepted', () => {
    expect(withWildcard('/*', {})).toContain('AwsSolutions-IAM5');
  });

  it('accept a wildcard below a reference by its suffix, and no other', () => {
    const accepted = { 'AwsSolutions-IAM5[Resource::…/index/*]': 'a test' };
    expect(withWildcard('/index/*', accepted)).not.toContain('AwsSolutions-IAM5');
    expect(withWildcard('/*', accepted)).toContain('AwsSolutions-IAM5');
  });
});
