/** `tocsin notes` on an emulator's table. */
import { type Emulator, hasEmulator, startEmulator } from '../ports/emulator.ts';
import { deployed, runCli } from './fakes.ts';

(hasEmulator ? describe : describe.skip)('tocsin notes', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  }, 30_000);
  afterAll(() => emulator.stop());

  const tocsin = (...args: string[]) =>
    runCli(['notes', ...args, '--json'], { ...deployed, documents: emulator.documents });
  const add = (...args: string[]) => tocsin('add', '--text', 'Load test', '--by', 'k.sato', ...args);
  const texts = (out: string) =>
    (JSON.parse(out).notes as { text: string; note_id: string }[]).map(({ text }) => text);

  it('adds, lists and ends', async () => {
    const { code, out } = await add('--kind', 'load_test', '--source', 'payments', '--for', '2h');
    expect(code).toBe(0);
    const { note } = JSON.parse(out);
    expect(note).toMatchObject({ kind: 'load_test', source: 'payments', author: 'k.sato' });
    expect(texts((await tocsin('list', '--source', 'payments')).out)).toEqual(['Load test']);
    expect(texts((await tocsin('list', '--source', 'host')).out)).toEqual([]);
    const ended = JSON.parse((await tocsin('end', note.note_id)).out).note;
    expect(Date.parse(ended.until)).toBeLessThanOrEqual(Date.now());
    expect((await tocsin('end', note.note_id)).err).toContain('ended at');
  });

  it('shows what is planned, and takes a deploy without an end', async () => {
    await add('--kind', 'maintenance', '--source', 'plant', '--from', '2099-01-01T00:00Z', '--for', '1h');
    await add('--kind', 'deploy', '--source', 'plant', '--entity', 'plant-1');
    const { out } = await tocsin('list', '--source', 'plant');
    expect(JSON.parse(out).notes).toMatchObject([
      { kind: 'maintenance' },
      { kind: 'deploy', entity: 'plant-1' },
    ]);
    const plain = await runCli(['notes', 'list', '--source', 'plant'], {
      ...deployed,
      documents: emulator.documents,
    });
    expect(plain.out).toMatch(
      /maintenance {2}planned .*\n.*deploy {2}past .* plant \/ plant-1 {2}by k.sato: Load test/,
    );
  });

  it('says what is wrong with a note', async () => {
    const { code, err } = await add('--kind', 'load_test', '--source', 'payments');
    expect(code).toBe(1);
    expect(err).toContain('needs an end');
    expect((await add('--kind', 'party', '--source', 'payments', '--for', '1h')).err).toContain('kind');
    expect((await tocsin('end', 'N-NOSUCHNOTE')).err).toContain('There is no note N-NOSUCHNOTE');
  });
});
