import { createPersonSchema, PeopleService } from '../identity';
import { Clock } from '../platform/clock';
import { systemCtx } from '../platform/context';
import { Db } from '../platform/database';
import { newId, newSecret } from '../platform/ids';
import { option, requiredOption, say } from './options';
import { withApp } from './with-app';

/**
 * Opens a county (or finds it by its code) and makes its first security administrator, who makes everybody else. The
 * password is printed once.
 */
export async function createAdmin(args: readonly string[]): Promise<void> {
  const code = requiredOption(args, 'county');
  const name = option(args, 'name') ?? code;
  const password = newSecret(12);
  const input = createPersonSchema.parse({
    username: requiredOption(args, 'username'),
    password,
    name: '安全管理员',
    grants: [{ role: 'secadmin' }],
  });
  await withApp(async (app) => {
    const countyId = await countyOf(app.get(Db), app.get(Clock).now(), code, name);
    await app.get(PeopleService, { strict: false }).create(systemCtx('create-admin', countyId, newId()), input);
    say(`county ${code}: security administrator ${input.username}`);
    process.stdout.write(`${password}\n`);
  });
}

async function countyOf(db: Db, now: Date, code: string, name: string): Promise<string> {
  const id = newId();
  const row = await db.relay(systemCtx('create-admin', id, id), (tx) =>
    tx.row<{ id: string }>(
      `INSERT INTO county (id, code, name, centre_name, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (code) DO UPDATE SET code = excluded.code RETURNING id`,
      [id, code, name, `${name}医学影像诊断中心`, now],
    ),
  );
  return row!.id;
}
