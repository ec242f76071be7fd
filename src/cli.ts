import 'reflect-metadata';
import { backup } from './cli/backup';
import { createAdmin } from './cli/create-admin';
import { exportOpenApi } from './cli/export-openapi';
import { migrateOnly } from './cli/migrate';
import { redrive } from './cli/redrive';
import { restore } from './cli/restore';
import { rotateSigningKey } from './cli/rotate-signing-key';
import { verify } from './cli/verify';
import { verifyAudit } from './cli/verify-audit';
import { demo } from './demo';

/** Every command: its words, what it does, and the function. Options are `--name value` or `--flag`. */
const COMMANDS: Readonly<
  Record<string, { readonly help: string; readonly run: (args: readonly string[]) => Promise<void> }>
> = {
  migrate: { help: 'bring roles, tables and the queue schema up to date', run: migrateOnly },
  'create-admin': {
    help: '--county CODE --name 县名 --username NAME  make a county with its first security administrator',
    run: createAdmin,
  },
  demo: { help: '[--once]  a fictional county, with sample exams through the real interfaces', run: demo },
  backup: { help: '--to FOLDER  database and blobs, verified', run: backup },
  restore: { help: '--from FOLDER [--other-secret]  into an empty database and blob folder, verified', run: restore },
  redrive: { help: 'publish set-aside outbox messages again', run: redrive },
  verify: {
    help: 'CODE | --county CODE | --all  [--images]  whether signed reports are as they were signed',
    run: verify,
  },
  'rotate-signing-key': { help: 'sign with a new software key; the present one is retired', run: rotateSigningKey },
  'verify-audit': { help: "walk every county's audit chain", run: verifyAudit },
  'export-openapi': { help: '[--check]  write contracts/openapi.json, or compare with it', run: exportOpenApi },
};

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const command = COMMANDS[name];
  if (!command) {
    const list = Object.entries(COMMANDS).map(([word, { help }]) => `  ${word.padEnd(16)} ${help}`);
    process.stderr.write(`usage: cli COMMAND\n${list.join('\n')}\n`);
    process.exit(name === 'help' || name === '--help' ? 0 : 64);
  }
  await command.run(args);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
