import { createPersonSchema, PeopleService } from '../identity';
import { systemCtx } from '../platform/context';
import { Db } from '../platform/database';
import { newId, newSecret } from '../platform/ids';
import { Templates } from '../templates';
import { TenancyService } from '../tenancy';
import { option, requiredOption, say } from './options';
import { withApp } from './with-app';

/**
 * Opens a county (or finds it by its code), puts the starter set of templates on its public shelf, and makes its first
 * security administrator, who makes everybody else. The password is printed once.
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
    const { countyId } = await app
      .get(TenancyService, { strict: false })
      .openCounty('create-admin', { code, name, centreName: `${name}医学影像诊断中心` });
    const ctx = systemCtx('create-admin', countyId, newId());
    const templates = app.get(Templates, { strict: false });
    await app.get(Db, { strict: false }).write(ctx, (tx) => templates.installStarter(tx));
    await app.get(PeopleService, { strict: false }).create(ctx, input);
    say(`county ${code}: security administrator ${input.username}`);
    process.stdout.write(`${password}\n`);
  });
}
