import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import { type Address } from './address.rules';

/**
 * Opens connections for undici that go to one address, whatever name the URL carries. TLS still asks for the name and
 * verifies the certificate against it (or against the address, when the URL has no name).
 *
 * Not undici's own connector, because its connect time-out ticks in half seconds and rings up to one second late.
 *
 * @param connectMs for TCP and TLS together
 * @param trust authorities that vouch for certificates; Node's own when left out
 */
export function pinnedConnector(address: Address, connectMs: number, trust?: SecureContext): buildConnector.connector {
  return ({ protocol, hostname, port }, callback) => {
    const secure = protocol === 'https:';
    const to = { host: address.text, port: Number(port === '' ? (secure ? 443 : 80) : port) };
    const socket: Socket = secure
      ? connectTls({
          ...to,
          ...(trust ? { secureContext: trust } : {}),
          servername: isIP(hostname) === 0 ? hostname : undefined,
          ALPNProtocols: ['http/1.1'],
          rejectUnauthorized: true, // said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED cannot unsay it
        })
      : connectTcp(to);
    const late = Object.assign(new Error(`not connected within ${connectMs} ms`), { code: 'ETIMEDOUT' });
    const timer = setTimeout(() => socket.destroy(late), connectMs);
    const failed = (error: Error): void => {
      clearTimeout(timer);
      callback(error, null);
    };
    socket.once('error', failed);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      callback(null, socket.setNoDelay(true));
    });
  };
}
