import { loadConfig } from '../platform/config';
import { SoftwareSigner } from '../signature';
import { say } from './options';
import { withAppBeside } from './with-app-beside';

/** Signs with a new software key from now on; the present one is retired and keeps verifying. Runs beside the system. */
export async function rotateSigningKey(_args: readonly string[] = [], config = loadConfig()): Promise<void> {
  const { retired, active } = await withAppBeside(config, (app) => app.get(SoftwareSigner, { strict: false }).rotate());
  say(`signing with ${active} from now on; ${retired ? `${retired} is retired` : 'there was no key before'}`);
}
