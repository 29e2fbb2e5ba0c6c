import { DemoProcess, isAnswering } from './demo-process.ts';

const PORT = 4_630;

describe('npm run demo -- --once --json', () => {
  const demo = new DemoProcess([
    '--once',
    '--port',
    String(PORT),
    '--inbox-port',
    '4631',
    '--smtp-port',
    '4632',
  ]);
  let code: number | null;
  let summary: Record<string, unknown>;

  beforeAll(async () => {
    code = await demo.ended;
    summary = JSON.parse(demo.output.at(-1) ?? '{}');
  });

  it('ends well, with nothing but one line of JSON on standard output', () => {
    if (code !== 0) throw new Error(`exit ${code}. Last words:\n${demo.words.join('\n')}`);
    expect(demo.output).toHaveLength(1);
  });

  it('loses nothing, rejects each record that cannot be read, and mails each incident of the answer key', () => {
    expect(summary).toMatchObject({ records_in: 222, rejects: 7, lost: 0 });
    expect(summary.mails).toBeGreaterThanOrEqual(10);
    expect(summary.resolved_mails).toBeGreaterThanOrEqual(5);
    expect(summary.incidents).toBeGreaterThanOrEqual(5);
    expect(summary.anomalies).toBeGreaterThanOrEqual(10);
  });

  it('tells how long each part took', () => {
    for (const name of [
      'setup_seconds',
      'first_mail_seconds',
      'running_to_mail_seconds',
      'deploy_seconds',
      'job_start_seconds',
    ]) {
      expect(summary[name]).toEqual(expect.any(Number));
    }
    expect(summary.put_to_mail_ms).toEqual({ p50: expect.any(Number), p95: expect.any(Number) });
  });

  it('prints the chain of ids of each e-mail', () => {
    const chains = demo.words.filter((line) =>
      /record \d{40,60} → anomaly [0-9a-f]{64} → incident T-[0-9A-Z]{10} → message [0-9a-f-]{36}/.test(line),
    );
    expect(chains.length).toBeGreaterThanOrEqual(10);
  });

  it('leaves nothing behind', async () => {
    for (const port of [PORT, 4_631, 4_632]) expect(await isAnswering(port)).toBe(false);
  });
});
