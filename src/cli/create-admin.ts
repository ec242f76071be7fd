import { createPersonSchema, PeopleService } from '../identity';
import { systemCtx } from '../platform/context';
import { newId, newSecret } from '../platform/ids';
import { TenancyService } from '../tenancy';
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
    const { countyId } = await app
      .get(TenancyService, { strict: false })
      .openCounty('create-admin', { code, name, centreName: `${name}医学影像诊断中心` });
    await app.get(PeopleService, { strict: false }).create(systemCtx('create-admin', countyId, newId()), input);
    say(`county ${code}: security administrator ${input.username}`);
    process.stdout.write(`${password}\n`);
  });
}
