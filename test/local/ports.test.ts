import { createServer } from 'node:net';
import { requireFreePorts } from '../../local/ports.ts';

describe('requireFreePorts', () => {
  it('names a taken port and the option that chooses another', async () => {
    const other = createServer().listen(4_639, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    try {
      const asked = requireFreePorts([{ name: 'the inbox', port: 4_639, option: '--inbox-port' }]);
      await expect(asked).rejects.toThrow(/Port 4639 .*\(the inbox\) is taken.*--inbox-port 4640/);
    } finally {
      other.close();
    }
  });

  it('says nothing of a free one', async () => {
    await expect(requireFreePorts([{ name: 'x', port: 4_638, option: '--port' }])).resolves.toBeUndefined();
  });
});
