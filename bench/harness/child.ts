import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs one of bench/clients as a process of its own and answers the JSON of its last line. */
export async function client<T>(name: string, options: object, prefix: readonly string[] = []): Promise<T> {
  const [command, ...args] = [
    ...prefix,
    process.execPath,
    join(__dirname, '..', 'clients', `${name}.js`),
    JSON.stringify(options),
  ];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1)!) as T;
}
