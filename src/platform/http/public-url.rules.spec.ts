import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Config, loadConfig } from '../config';
import { Logger } from '../logging';
import { FieldNames } from './field-names';
import { dressHttpApp } from './http-app';
import { publicUrlWarning } from './public-url.rules';

it.each<[string, Record<string, string>, boolean]>([
  ['an installation that is its own machine’s alone', {}, false],
  ['another loopback address', { HOST: '127.0.1.1' }, false],
  ['the IPv6 loopback', { HOST: '::1' }, false],
  ['one that others reach', { HOST: '0.0.0.0' }, true],
  ['one on an address of the county network', { HOST: '10.1.2.3' }, true],
  ['one that others reach, with its address', { HOST: '0.0.0.0', PUBLIC_URL: 'https://imaging.example' }, false],
])('judges %s', (_, env, warned) => {
  expect(publicUrlWarning(loadConfig(env)) !== undefined).toBe(warned);
});

it('is said once at start', async () => {
  const config = loadConfig({ HOST: '0.0.0.0', PORT: '3100', LOG_LEVEL: 'silent' });
  const warned: unknown[] = [];
  class Listening extends Logger {
    override warn(message: unknown): void {
      warned.push(message);
    }
  }
  @Module({
    providers: [
      { provide: Config, useValue: config },
      { provide: Logger, useValue: new Listening(config) },
      { provide: FieldNames, useValue: new FieldNames({}) },
    ],
  })
  class EmptyModule {}
  const app = await NestFactory.create<NestExpressApplication>(EmptyModule, { bodyParser: false, logger: false });
  dressHttpApp(app);
  await app.close();
  expect(warned).toEqual([expect.stringMatching(/^PUBLIC_URL is not set.*http:\/\/0\.0\.0\.0:3100$/)]);
});
