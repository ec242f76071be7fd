/** Value of `--name value`; undefined when it is not given. */
export function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`);
  return at >= 0 ? args[at + 1] : undefined;
}

export function requiredOption(args: readonly string[], name: string): string {
  const value = option(args, name);
  if (!value) throw new Error(`--${name} is missing`);
  return value;
}

export const say = (line: string): void => void process.stderr.write(`${line}\n`);
