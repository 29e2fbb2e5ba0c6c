import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { RULES_KEY, SOURCES_KEY } from '../../lambdas/publish/keys.ts';
import {
  type ConfigStore,
  ConfigUnreadable,
  checkTogether,
  publishRules,
  publishSources,
  WrittenMeanwhile,
} from '../../lambdas/publish/publish.ts';
import { S3ConfigStore } from '../../lambdas/publish/s3-config-store.ts';

/** Objects in memory; `interrupt` runs between a read and the write that follows it. */
class MemoryStore implements ConfigStore {
  readonly objects = new Map<string, { text: string; tag: string }>();
  writes = 0;
  interrupt: (() => void) | undefined;

  async read(key: string) {
    return this.objects.get(key);
  }

  async write(key: string, text: string, tag: string | undefined) {
    const interrupt = this.interrupt;
    this.interrupt = undefined;
    interrupt?.();
    if (this.objects.get(key)?.tag !== tag) throw new WrittenMeanwhile(key);
    this.put(key, text);
  }

  put(key: string, text: string) {
    this.writes += 1;
    this.objects.set(key, { text, tag: `tag-${this.writes}` });
  }

  json(key: string) {
    return JSON.parse(this.objects.get(key)?.text ?? 'null');
  }
}

const rule = { id: 'pump-hot', kind: 'limits', source: 'pumps', metric: 'celsius', high: 80 };
const rules = (high: number) => JSON.stringify({ rules: [{ ...rule, high }] });
const source = { name: 'pumps', match: { fields: ['id'] }, entity: 'id', metrics: '*' };
const sources = (time: string) => JSON.stringify({ sources: [{ ...source, time }] });

describe('before anything is published', () => {
  const listed = JSON.stringify({ sources: [{ ...source, metrics: ['bar'] }] });

  it('rules are refused that their source cannot feed, by id and reason', () => {
    expect(() => checkTogether(rules(80), listed, 60)).toThrow(
      /the rules of this deploy: rule pump-hot: source pumps has no metric "celsius" \(it has bar\)/,
    );
  });

  it('sound rules pass', () => {
    expect(() => checkTogether(rules(80), sources('at'), 60)).not.toThrow();
  });
});

describe('publishing rules', () => {
  it('gives the first set the version 1, with every default filled in', async () => {
    const store = new MemoryStore();
    const publication = await publishRules(store, rules(80));
    expect(publication).toEqual({ action: 'written', reason: 'first', version: 1 });
    expect(store.json(RULES_KEY)).toMatchObject({
      version: 1,
      rules: [{ id: 'pump-hot', entity: '*', dead_band: 0 }],
    });
  });

  it('gives a changed set the next version', async () => {
    const store = new MemoryStore();
    await publishRules(store, rules(80));
    expect(await publishRules(store, rules(90))).toEqual({
      action: 'written',
      reason: 'changed',
      version: 2,
    });
    expect(store.json(RULES_KEY)).toMatchObject({ version: 2, rules: [{ high: 90 }] });
  });

  it('writes nothing when only the layout of the file changed', async () => {
    const store = new MemoryStore();
    await publishRules(store, rules(80));
    const reordered = JSON.stringify({ rules: [{ entity: '*', ...rule }] }, null, 4);
    expect(await publishRules(store, reordered)).toEqual({ action: 'kept', reason: 'unchanged', version: 1 });
    expect(store.writes).toBe(1);
  });

  it('counts on from what another writer published meanwhile', async () => {
    const store = new MemoryStore();
    store.interrupt = () => store.put(RULES_KEY, JSON.stringify({ version: 7, rules: [] }));
    expect(await publishRules(store, rules(80))).toEqual({
      action: 'written',
      reason: 'changed',
      version: 8,
    });
  });

  it('gives up when it loses every time', async () => {
    const store = new MemoryStore();
    let attempts = 0;
    store.write = async () => {
      attempts += 1;
      throw new WrittenMeanwhile('again');
    };
    await expect(publishRules(store, rules(80))).rejects.toThrow(WrittenMeanwhile);
    expect(attempts).toBe(5);
  });

  it('names rule and reason when a set breaks its contract, and writes nothing', async () => {
    const store = new MemoryStore();
    const contradictory = JSON.stringify({ rules: [{ ...rule, low: 90 }] });
    await expect(publishRules(store, contradictory)).rejects.toThrow(
      /the rules of this deploy cannot be read: .*rule pump-hot: low \(90\) must be below high \(80\)/,
    );
    expect(store.writes).toBe(0);
  });

  it('does not guess a version when what is published cannot be read', async () => {
    const store = new MemoryStore();
    store.put(RULES_KEY, 'torn');
    await expect(publishRules(store, rules(80))).rejects.toThrow(ConfigUnreadable);
    expect(store.objects.get(RULES_KEY)?.text).toBe('torn');
  });
});

describe('publishing sources', () => {
  it('writes them when they are new or changed, and only then', async () => {
    const store = new MemoryStore();
    const outcomes = [
      await publishSources(store, sources('at')),
      await publishSources(store, sources('at')),
      await publishSources(store, sources('when')),
    ];
    expect(outcomes.map(({ action, reason }) => `${action}: ${reason}`)).toEqual([
      'written: first',
      'kept: unchanged',
      'written: changed',
    ]);
    expect(store.json(SOURCES_KEY).sources[0]).toMatchObject({ time: 'when', out_of_order_ms: 5_000 });
  });

  it('mends what is published when that cannot be read', async () => {
    const store = new MemoryStore();
    store.put(SOURCES_KEY, 'torn');
    expect(await publishSources(store, sources('at'))).toMatchObject({ action: 'written' });
  });
});

describe('the config store on S3', () => {
  const failure = (httpStatusCode: number) =>
    new S3ServiceException({
      name: 'Failure',
      $fault: 'client',
      $metadata: { httpStatusCode },
      message: 'no',
    });

  function storeThat(respond: (command: unknown) => unknown) {
    const client = new S3Client({ region: 'eu-central-1' });
    jest.spyOn(client, 'send').mockImplementation(async (command: unknown) => respond(command));
    return new S3ConfigStore('bucket', client);
  }

  it('writes the first object only if there is none, and later ones only over what was read', async () => {
    const inputs: unknown[] = [];
    const store = storeThat((command) => {
      if (command instanceof PutObjectCommand) inputs.push(command.input);
      return {};
    });
    await store.write('key', '{}', undefined);
    await store.write('key', '{}', '"tag"');
    expect(inputs).toEqual([
      expect.objectContaining({ Bucket: 'bucket', Key: 'key', IfNoneMatch: '*' }),
      expect.objectContaining({ IfMatch: '"tag"' }),
    ]);
  });

  it.each([412, 409])('tells of a concurrent write by HTTP %d', async (status) => {
    const store = storeThat(() => {
      throw failure(status);
    });
    await expect(store.write('key', '{}', '"tag"')).rejects.toThrow(WrittenMeanwhile);
  });

  it('passes every other fault on', async () => {
    const store = storeThat(() => {
      throw failure(403);
    });
    await expect(store.write('key', '{}', undefined)).rejects.toThrow(S3ServiceException);
    await expect(store.read('key')).rejects.toThrow(S3ServiceException);
  });

  it('reads text and tag, and tells an object that is missing', async () => {
    const store = storeThat((command) => {
      if (command instanceof GetObjectCommand && command.input.Key === 'none') {
        throw new NoSuchKey({ $metadata: {}, message: 'none' });
      }
      return { ETag: '"tag"', Body: { transformToString: async () => '{}' } };
    });
    expect(await store.read('some')).toEqual({ text: '{}', tag: '"tag"' });
    expect(await store.read('none')).toBeUndefined();
  });
});
