import { awsClients } from '../../cli/context.ts';
import { explain } from '../../cli/explain.ts';
import { deployed, runCli } from './fakes.ts';

describe('the tocsin command', () => {
  it('explains itself, with examples, and exits with 0', async () => {
    const { code, out } = await runCli(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('send');
    expect(out).toContain('test-alert');
    expect(out).toContain('$ tocsin test-alert --stage prod --json');
  });

  it.each([[['nonsense']], [['send']], [['test-alert', '--nonsense']]])(
    'refuses %j with exit code 1',
    async (args) => {
      const { code, err } = await runCli(args, deployed);
      expect(code).toBe(1);
      expect(err).toContain('tocsin --help');
    },
  );

  it('takes global options before and after the command alike', async () => {
    const before = await runCli(['--json', 'send', '{"a":"x"}'], deployed);
    const after = await runCli(['send', '{"a":"x"}', '--json'], deployed);
    expect(before.out).toBe(after.out);
    expect(JSON.parse(before.out).sent).toBe(1);
  });

  it('tells the usual cause of an AWS error and exits with 1', async () => {
    const fault = Object.assign(new Error('The security token included in the request is expired'), {
      name: 'ExpiredTokenException',
    });
    const { code, err } = await runCli(['test-alert'], { fault });
    expect(code).toBe(1);
    expect(err).toContain('Log in again (aws sso login)');
  });

  it('explains connection errors, which have no words of their own, and a missing region', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    expect(explain(refused)).toContain('Nothing answers at that endpoint');
    expect(explain(new Error('Region is missing'))).toContain('--region');
    expect(explain('odd')).toBe('odd');
  });

  it('needs neither region nor credentials for an endpoint on this machine', async () => {
    const { kinesis } = awsClients({ endpoint: 'http://127.0.0.1:4566' });
    const { config } = kinesis;
    expect(await config.region()).toBe('us-east-1');
    expect((await config.credentials()).accessKeyId).toBe('test');
  });
});
