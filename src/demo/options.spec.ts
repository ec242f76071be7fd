import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { demoConfig, demoOptions, DemoUsageError } from './options';
import { PortTakenError, requireFreePort } from './port';

describe('the words behind npm run demo', () => {
  it('are none or --once', () => {
    expect([demoOptions([]), demoOptions(['--once'])]).toEqual([{ once: false }, { once: true }]);
  });

  it('are refused by name where they are others', () => {
    expect(() => demoOptions(['--once', '--fast'])).toThrow(DemoUsageError);
    expect(() => demoOptions(['--fast'])).toThrow(/--fast/);
  });
});

describe('the settings of the demo', () => {
  it('are the whole system in one process', () => {
    expect(demoConfig(undefined).env.ROLE).toBe('all');
  });

  it('keep --once to its folder and to any free port', () => {
    const { env, blobDir } = demoConfig('/tmp/somewhere');
    expect([env.DATA_DIR, env.PORT, blobDir]).toEqual(['/tmp/somewhere', 0, '/tmp/somewhere/blobs']);
  });
});

describe('a port', () => {
  it('that is taken is named, with a way out', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(requireFreePort('127.0.0.1', port)).rejects.toThrow(PortTakenError);
    await expect(requireFreePort('127.0.0.1', port)).rejects.toThrow(`PORT=${port + 1} npm run demo`);
    await new Promise((resolve) => other.close(resolve));
    await expect(requireFreePort('127.0.0.1', port)).resolves.toBeUndefined();
  });
});
