import type { Config } from '../config';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** What the operator should know when others can reach this process and it does not know under which address they do. */
export function publicUrlWarning({ env }: Config): string | undefined {
  if (env.PUBLIC_URL !== undefined || LOOPBACK.test(env.HOST)) return undefined;
  const origin = `http://${env.HOST}:${env.PORT}`;
  return `PUBLIC_URL is not set: the QR codes on signed sheets, which can never be changed afterwards, lead to ${origin}`;
}
