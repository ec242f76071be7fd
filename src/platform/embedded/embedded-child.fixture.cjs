/*
 * A Node process of its own that runs the embedded Postgres, for tests that kill it:
 *   node embedded-child.fixture.cjs '<JSON of EmbeddedPostgresOptions without log>'
 * Each thing that happens is one line of JSON on standard output. At SIGINT it stops Postgres, after a last query.
 */
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  module._compile(code, filename);
};
const { startEmbeddedPostgres } = require('./index.ts');
const { Client } = require('pg');

const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

async function main() {
  const log = (line) => say({ event: 'log', line });
  const { stop, ...running } = await startEmbeddedPostgres({ ...JSON.parse(process.argv[2]), log });
  const idle = setInterval(() => undefined, 60_000);
  process.once('SIGINT', async () => {
    const client = new Client({ connectionString: running.url });
    await client.connect();
    const { rows } = await client.query('SELECT pg_postmaster_start_time() IS NOT NULL AS answered');
    await client.end();
    await stop();
    say({ event: 'drained', ...rows[0] });
    clearInterval(idle);
  });
  say({ event: 'ready', ...running });
}

main().catch((error) => {
  say({ event: 'failed', name: error.name, message: error.message });
  process.exitCode = 1;
});
