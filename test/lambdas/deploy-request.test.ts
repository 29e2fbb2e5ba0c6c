import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../../lambdas/deploy-request.ts';

const request = {
  RequestType: 'Update',
  ResponseURL: 'https://example.org/signed',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Resource',
  PhysicalResourceId: 'physical',
  ResourceProperties: {},
};

function recorder() {
  const answers: unknown[] = [];
  return { answers, put: async (_: string, body: string) => void answers.push(JSON.parse(body)) };
}

describe('the answer to CloudFormation', () => {
  it('says that the work is done, with its attributes', async () => {
    const { answers, put } = recorder();
    await answer(request, async () => ({ physicalId: 'physical', data: { RulesVersion: '3' } }), put);
    expect(answers).toEqual([
      {
        Status: 'SUCCESS',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Resource',
        PhysicalResourceId: 'physical',
        Data: { RulesVersion: '3' },
      },
    ]);
  });

  it('gives the reason of work that fails, at a length that CloudFormation takes', async () => {
    const { answers, put } = recorder();
    await answer(request, () => Promise.reject(new Error(`no access ${'.'.repeat(5_000)}`)), put);
    expect(answers).toEqual([
      expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^no access \.{990}$/) }),
    ]);
  });

  it('keeps the physical id of work that fails, so that a rollback deletes nothing', async () => {
    const { answers, put } = recorder();
    await answer(request, () => Promise.reject(new Error('no')), put);
    const { PhysicalResourceId: _, ...creation } = { ...request, RequestType: 'Create' };
    await answer(creation, () => Promise.reject(new Error('no')), put);
    expect(answers).toMatchObject([{ PhysicalResourceId: 'physical' }, { PhysicalResourceId: 'request' }]);
  });

  it('refuses an event that is no request', async () => {
    const { answers, put } = recorder();
    await expect(answer({ RequestType: 'Create' }, async () => ({ physicalId: 'x' }), put)).rejects.toThrow();
    expect(answers).toEqual([]);
  });

  it('is put to the signed address without a content type, which the signature does not hold', async () => {
    const seen: string[] = [];
    const server = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => {
        body += chunk;
      });
      incoming.on('end', () => {
        seen.push(`${incoming.method} ${incoming.headers['content-type'] ?? ''} ${JSON.parse(body).Status}`);
        response.writeHead(seen.length === 1 ? 200 : 403).end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const here = { ...request, ResponseURL: `http://127.0.0.1:${port}/signed` };
    const work = async () => ({ physicalId: 'physical' });
    await answer(here, work);
    await expect(answer(here, work)).rejects.toThrow('HTTP 403');
    server.close();
    expect(seen[0]).toBe('PUT  SUCCESS');
  });
});
