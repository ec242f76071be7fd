import { loadConfig } from '../platform/config';
import { ArchiveCheck, FAULT_NAMES, type Verified } from '../reporting';
import { option, say } from './options';
import { withAppBeside } from './with-app-beside';

const USAGE = 'verify CODE | --county CODE | --all  [--images]';

/**
 * Says whether signed reports are as they were signed: one by its code, a county's, or all. With `--images` the files of
 * images and archived sheets are hashed too. Fails when anything was tampered with. Runs beside the system.
 */
export async function verify(args: readonly string[], config = loadConfig()): Promise<void> {
  const options = { images: args.includes('--images') };
  const county = option(args, 'county');
  const [code] = args.filter((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--county');
  const wanted = [code, county, args.includes('--all') || undefined].filter((one) => one !== undefined);
  if (wanted.length !== 1) throw new Error(`usage: ${USAGE}`);
  const tampered = await withAppBeside(config, async (app) => {
    const check = app.get(ArchiveCheck, { strict: false });
    return code === undefined ? counties(check, county, options) : one(await check.version(code, options));
  });
  if (tampered > 0) throw new Error(`${tampered} finding(s): what is stored is not what was signed`);
}

function one(found: Verified): number {
  say(lineOf(found));
  return found.intact ? 0 : 1;
}

async function counties(check: ArchiveCheck, code: string | undefined, options: { images: boolean }): Promise<number> {
  const chosen = await check.counties(code);
  if (chosen.length === 0) throw new Error(code === undefined ? 'there is no county' : `there is no county ${code}`);
  let findings = 0;
  for (const county of chosen) {
    const { versions, tampered, chain } = await check.county(county, options, (found) => say(lineOf(found)));
    const whole = chain.brokenAt === null ? 'whole' : `BROKEN at ${chain.brokenAt}`;
    say(
      `${county.code}: ${versions} versions, ${tampered} tampered; chain ${whole}: ${chain.sealed} sealed, ` +
        `${chain.unsealed} not sealed yet, head ${chain.head}`,
    );
    findings += tampered + (chain.brokenAt === null ? 0 : 1);
  }
  return findings;
}

/** `7K3M-…: v1 final unchanged — 内容与签发时一致…` with every fault by name. */
function lineOf({ code, number, kind, verdict, message, faults, signature, sealedAt }: Verified): string {
  const signed = signature
    ? `${signature.algorithm} ${signature.keyId}${signature.reliable ? '' : ' (not reliable in law)'}`
    : 'no signature';
  const sealed = sealedAt ? `sealed ${sealedAt.toISOString()}` : 'not sealed yet';
  const wrong = faults.map((fault) => `\n  ${fault}: ${FAULT_NAMES[fault]}`).join('');
  return `${code}: v${number} ${kind} ${verdict}, ${signed}, ${sealed}: ${message}${wrong}`;
}
