import { EmbeddedPostgresError } from './embedded-postgres.errors';
import { renderSettings } from './settings.rules';

const VERSION = '18.4.0';
const settingsIn = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^([a-z_.]+) = '(.*)'$/gm)].map(([, name, value]) => [name!, value!]));

describe('settings of the embedded Postgres', () => {
  it('are durable, local and silent about data', () => {
    const settings = settingsIn(renderSettings(VERSION));
    expect(Object.fromEntries(settings)).toMatchObject({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      log_min_error_statement: 'panic',
      log_error_verbosity: 'terse',
    });
  });

  it('can be overridden and extended, each named once', () => {
    const text = renderSettings(VERSION, { max_connections: '50', 'auto_explain.log_min_duration': '1s' });
    expect(settingsIn(text).get('max_connections')).toBe('50');
    expect(settingsIn(text).get('auto_explain.log_min_duration')).toBe('1s');
    expect(text.match(/^max_connections/gm)).toHaveLength(1);
  });

  it('differ in text with the version of the programs', () => {
    expect(renderSettings('18.4.0')).not.toBe(renderSettings('18.5.0'));
  });

  it('quote what a value may hold', () => {
    expect(renderSettings(VERSION, { log_line_prefix: "it's \\n" })).toContain("log_line_prefix = 'it''s \\\\n'\n");
  });

  it.each([
    [{ listen_addresses: '*' }, /listen_addresses/],
    [{ port: '5432' }, /port/],
    [{ data_directory: '/' }, /data_directory/],
    [{ "a = 'b'\nfsync": 'off' }, /no name/],
    [{ work_mem: "1MB'\nfsync = 'off" }, /one line/],
  ])('refuse %j', (overrides, message) => {
    const render = (): string => renderSettings(VERSION, overrides);
    expect(render).toThrow(EmbeddedPostgresError);
    expect(render).toThrow(message);
  });
});
