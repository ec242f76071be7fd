import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module';
import { loadConfig } from '../platform/config';
import { buildOpenApi } from '../platform/http';

const FILE = resolve('contracts/openapi.json');

/** Writes the API's description from the controllers alone (nothing is started); `--check` fails when it would change. */
export async function exportOpenApi(args: readonly string[]): Promise<void> {
  const config = loadConfig({
    ROLE: 'api',
    DATABASE_URL: 'postgres://localhost/none',
    APP_SECRET: 'not-used-to-describe-the-api-0123456789',
  });
  const app = await NestFactory.create(AppModule.of(config), { preview: true, logger: false, abortOnError: false });
  const text = `${JSON.stringify(buildOpenApi(app), null, 2)}\n`;
  if (!args.includes('--check')) {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, text);
    return;
  }
  if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
    throw new Error('contracts/openapi.json is not what the controllers say: run `npm run openapi` and commit it');
  }
}
