import { testAlert } from '../../cli/commands/test-alert.ts';
import { Alert } from '../../contracts/index.ts';
import { deployed, runCli } from './fakes.ts';

describe('tocsin test-alert', () => {
  it('puts one alert of kind test on the notify queue, as the triage step would', async () => {
    const { code, out, sent } = await runCli(['test-alert', '--json'], deployed);
    expect(code).toBe(0);
    expect(sent.messages).toHaveLength(1);
    const [message] = sent.messages;
    const alert = Alert.parse(JSON.parse(message?.body ?? ''));
    expect(alert.kind).toBe('test');
    expect(alert.subject).toBe('[test] Tocsin dev: e-mails arrive');
    expect(message).toMatchObject({
      queue: 'https://queue/notify.fifo',
      group: alert.incident_id,
      dedup: alert.alert_id,
    });
    expect(JSON.parse(out)).toMatchObject({ alert_id: alert.alert_id, queue_message_id: 'm-1' });
  });

  it('says in the e-mail that nothing is wrong, where it came from and when', () => {
    const { body } = testAlert('prod', 'ABCDEFGHJK', new Date('2026-01-02T03:04:05Z'));
    expect(body).toContain('stage prod. Nothing is wrong');
    expect(body).toContain('2026-01-02T03:04:05.000Z, id T-ABCDEFGHJK');
  });

  it('names the stack to deploy when the stage lacks its pipeline', async () => {
    const { code, err } = await runCli(['test-alert'], { stacks: {} });
    expect(code).toBe(1);
    expect(err).toContain('Stack Tocsin-dev-Pipeline is not deployed');
  });

  it('names an output that an older deploy did not have', async () => {
    const { code, err } = await runCli(['test-alert'], { stacks: { 'Tocsin-dev-Pipeline': {} } });
    expect(code).toBe(1);
    expect(err).toContain('has no output NotifyQueueUrl');
  });
});
