import { ConfigError, loadConfig } from './config';

describe('SECURE_COOKIES', () => {
  it.each([
    [{}, false],
    [{ PUBLIC_URL: 'http://imaging.example' }, false],
    [{ PUBLIC_URL: 'https://imaging.example' }, true],
    [{ PUBLIC_URL: 'HTTPS://imaging.example/' }, true],
    [{ PUBLIC_URL: 'https://imaging.example', SECURE_COOKIES: 'true' }, true],
    [{ PUBLIC_URL: 'http://imaging.example', SECURE_COOKIES: 'true' }, true],
    [{ PUBLIC_URL: 'http://imaging.example', SECURE_COOKIES: 'false' }, false],
  ])('of %j is %s', (source, secure) => {
    expect(loadConfig(source).env.SECURE_COOKIES).toBe(secure);
  });

  it.each(['false', '0'])('%s is refused together with an https PUBLIC_URL', (value) => {
    const load = (): unknown => loadConfig({ PUBLIC_URL: 'https://imaging.example', SECURE_COOKIES: value });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow('SECURE_COOKIES: must not be false while PUBLIC_URL is https');
  });
});
