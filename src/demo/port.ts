import { createServer } from 'node:net';

/** The port that the system shall listen on is taken. */
export class PortTakenError extends Error {
  constructor(host: string, port: number) {
    super(`端口 ${port}（${host}）已被占用：请先停掉占用它的程序，或换一个端口，例如 PORT=${port + 1} npm run demo`);
    this.name = 'PortTakenError';
  }
}

/**
 * Looks before the database is started, so that a second `npm run demo` ends at once and with a clear word.
 * @throws PortTakenError
 */
export function requireFreePort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(host, port) : error);
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
