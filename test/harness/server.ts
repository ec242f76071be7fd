import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A real HTTP server on a free port of this machine, for the specs of our own clients. */
export class TestServer {
  /** Connections opened so far. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(listener: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<TestServer> {
    const server = createServer((request, response) => void listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new TestServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (socket) => {
      started.connections += 1;
      started.sockets.add(socket);
      socket.once('close', () => started.sockets.delete(socket));
    });
    return started;
  }

  /** Ends every connection, used or idle, as a restart would. */
  dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The whole body of a request; rejects when the client breaks off. */
export const bodyOf = (request: IncomingMessage): Promise<Buffer> => buffer(request);
