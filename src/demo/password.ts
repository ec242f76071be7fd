import { randomBytes } from 'node:crypto';
import type { Config } from '../platform/config';

/** DEMO_PASSWORD, or a random one that has to be shown. */
export function choosePassword(config: Config): { password: string; random: boolean } {
  const { DEMO_PASSWORD: given } = config.env;
  return given === undefined
    ? { password: randomBytes(12).toString('base64url'), random: true }
    : { password: given, random: false };
}
