import { S3Client } from '@aws-sdk/client-s3';
import { PublishedObject, parseS3Uri } from '../../lambdas/ports/s3-text.ts';

describe('a published object', () => {
  const client = new S3Client({ region: 'us-east-1' });
  let texts: (string | Error)[];
  let object: PublishedObject<unknown>;
  beforeEach(() => {
    jest.spyOn(client, 'send').mockImplementation(async () => {
      const text = texts.shift();
      if (typeof text !== 'string') throw text;
      return { Body: { transformToString: () => Promise.resolve(text) } };
    });
    object = new PublishedObject(client, 's3://bucket/config/rules.json', (text) => JSON.parse(text), 60_000);
  });

  it('is read once a minute', async () => {
    texts = ['1', '2'];
    await expect(object.get(0)).resolves.toBe(1);
    await expect(object.get(59_999)).resolves.toBe(1);
    await expect(object.get(60_000)).resolves.toBe(2);
  });

  it('stands as it was when it cannot be read again', async () => {
    texts = ['1', new Error('the bucket is away'), '{'];
    await object.get(0);
    await expect(object.get(60_000)).resolves.toBe(1);
    await expect(object.get(120_000)).resolves.toBe(1);
  });

  it('fails when it was never read', async () => {
    texts = [new Error('the bucket is away')];
    await expect(object.get(0)).rejects.toThrow('the bucket is away');
  });
});

describe('its address', () => {
  it('names bucket and key', () => {
    expect(parseS3Uri('s3://bucket/a/b.json')).toEqual({ bucket: 'bucket', key: 'a/b.json' });
    expect(() => parseS3Uri('https://bucket/key')).toThrow('is not of the form s3://bucket/key');
  });
});
