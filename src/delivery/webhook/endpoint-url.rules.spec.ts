import { parseAddress } from './address.rules';
import {
  type AllowEntry,
  checkAllowEntry,
  checkEndpointUrl,
  type EndpointTarget,
  mayConnect,
  type UrlFault,
} from './endpoint-url.rules';

const HIS: AllowEntry = { scheme: 'https', host: 'his.clinic01.example', ports: [443, 8443], networks: [] };
const INTRANET: AllowEntry = { scheme: 'http', host: null, ports: [80, 8080], networks: ['10.20.3.0/24'] };
const LOOPBACK: AllowEntry = { scheme: 'https', host: '127.0.0.1', ports: [443], networks: [] };
const ALLOW = [HIS, INTRANET];

const fault = (url: string, allow = ALLOW): UrlFault | 'accepted' => {
  const check = checkEndpointUrl(url, allow);
  return check.ok ? 'accepted' : check.fault;
};
const target = (url: string, allow = ALLOW): EndpointTarget => {
  const check = checkEndpointUrl(url, allow);
  if (!check.ok) throw new Error(`${url}: ${check.fault}`);
  return check.target;
};

describe('an allow-list entry', () => {
  it.each([HIS, INTRANET, LOOPBACK])('may be %j', (entry) => expect(checkAllowEntry(entry)).toEqual([]));

  it.each<[string, Partial<AllowEntry>]>([
    ['allow_scheme', { scheme: 'ftp' as 'http' }],
    ['allow_host', { host: 'HIS.clinic01.example' }],
    ['allow_host', { host: '*.clinic01.example' }],
    ['allow_host', { host: 'his.clinic01.example.' }],
    ['allow_host', { host: '' }],
    ['allow_host', { host: '影像.example' }],
    ['allow_host', { host: '0x7f.1' }],
    ['allow_host', { host: '2130706433' }],
    ['allow_host', { host: 'a'.repeat(64) }],
    ['allow_ports', { ports: [] }],
    ['allow_ports', { ports: [0] }],
    ['allow_ports', { ports: [65_536] }],
    ['allow_ports', { ports: [443, 6379] }],
    ['allow_networks', { networks: ['10.20.3.7/16'] }],
    ['allow_networks', { host: null, networks: [] }],
    ['allow_too_wide', { host: null, networks: ['0.0.0.0/0'] }],
    ['allow_too_wide', { networks: ['10.20.3.0/24', '8.0.0.0/7'] }],
    ['allow_too_wide', { networks: ['::/0'] }],
    ['allow_too_wide', { networks: ['2400::/15'] }],
    ['allow_metadata', { host: '169.254.169.254' }],
    ['allow_metadata', { host: null, networks: ['10.20.3.0/24', '169.254.169.254/32'] }],
    ['allow_metadata', { host: '100.100.100.200' }],
    ['allow_metadata', { host: 'fd00:ec2::254' }],
    ['allow_metadata', { networks: ['fd00:ec2::254/128'] }],
    ['allow_metadata', { host: '::ffff:169.254.169.254' }],
    ['allow_metadata', { networks: ['::ffff:0:0/96'] }],
    ['allow_clear_text', { scheme: 'http' }],
    ['allow_clear_text', { scheme: 'http', host: '8.8.8.8' }],
    ['allow_clear_text', { scheme: 'http', networks: ['10.20.3.0/24', '8.8.8.0/24'] }],
    ['allow_clear_text', { scheme: 'http', networks: ['172.0.0.0/8'] }],
    ['allow_clear_text', { scheme: 'http', networks: ['100.64.0.0/10'] }],
    ['allow_clear_text', { scheme: 'http', networks: ['2400:3200::/32'] }],
    ['allow_clear_text', { scheme: 'http', networks: ['2002::/16'] }],
  ])('has the fault %s with %j', (code, change) => expect(checkAllowEntry({ ...HIS, ...change })).toEqual([code]));

  it('may send clear text to an address that it lists', () => {
    expect(checkAllowEntry({ scheme: 'http', host: '10.20.3.7', ports: [80], networks: [] })).toEqual([]);
  });

  it('has both faults when it sends clear text to the whole internet', () => {
    const entry: AllowEntry = { scheme: 'http', host: null, ports: [8099], networks: ['0.0.0.0/0'] };
    expect(checkAllowEntry(entry)).toEqual(['allow_too_wide', 'allow_clear_text']);
    expect(fault('http://8.8.8.8:8099/', [entry])).toBe('url_not_allowed');
  });

  it.each(['10.0.0.0/8', '127.0.0.1/32', '172.16.0.0/12', '192.168.7.0/24', '::1/128', 'fd12:3456::/32'])(
    'may send clear text to a name inside %s',
    (network) => expect(checkAllowEntry({ ...HIS, scheme: 'http', networks: [network] })).toEqual([]),
  );

  it('may name public networks for https, down to the widest prefix', () => {
    expect(checkAllowEntry({ ...HIS, networks: ['8.0.0.0/8', '2400::/16'] })).toEqual([]);
  });

  it('opens nothing while it is faulty', () => {
    expect(fault('http://his.clinic01.example/', [{ ...HIS, scheme: 'http', ports: [80] }])).toBe('url_not_allowed');
  });
});

describe('a URL that is accepted', () => {
  it('is taken apart for the connection', () => {
    expect(target('https://HIS.clinic01.example/hooks/%E6%8A%A5?key=a%20b')).toMatchObject({
      scheme: 'https',
      host: 'his.clinic01.example',
      port: 443,
      origin: 'https://his.clinic01.example',
      path: '/hooks/%E6%8A%A5?key=a%20b',
      literal: null,
    });
    expect(target('https://his.clinic01.example:8443')).toMatchObject({
      port: 8443,
      origin: 'https://his.clinic01.example:8443',
      path: '/',
    });
  });

  it('may be an address that an entry lists or holds', () => {
    expect(target('http://10.20.3.7:8080/hook')).toMatchObject({ host: '10.20.3.7', literal: { family: 4 } });
    expect(target('https://127.0.0.1/', [LOOPBACK]).literal).not.toBeNull();
    const v6: AllowEntry = { scheme: 'https', host: 'fd12:3456:0:0:0:0:0:9', ports: [443], networks: [] };
    expect(target('https://[FD12:3456::9]/', [v6])).toMatchObject({
      host: 'fd12:3456::9',
      origin: 'https://[fd12:3456::9]',
    });
  });

  it('may be an internationalised name in its A-label form', () => {
    const entry = { ...HIS, host: 'xn--fsqu00a.example' };
    expect(target('https://xn--fsqu00a.example/', [entry]).host).toBe('xn--fsqu00a.example');
  });
});

describe('a URL that is refused', () => {
  it.each<[UrlFault, string]>([
    ['url_length', `https://his.clinic01.example/${'a'.repeat(2048)}`],
    ['url_syntax', ''],
    ['url_syntax', 'his.clinic01.example/hook'],
    ['url_syntax', 'https:his.clinic01.example'],
    ['url_syntax', 'https:/his.clinic01.example'],
    ['url_syntax', 'https:///his.clinic01.example'],
    ['url_syntax', ' https://his.clinic01.example/'],
    ['url_syntax', 'https://[fe80::1/'],
    ['url_scheme', 'ftp://his.clinic01.example/'],
    ['url_scheme', 'file://his.clinic01.example/etc/passwd'],
    ['url_scheme', 'gopher://his.clinic01.example/'],
    ['url_scheme', 'http://his.clinic01.example:8443/'],
    ['url_credentials', 'https://user:pass@his.clinic01.example/'],
    ['url_credentials', 'https://his.clinic01.example@evil.example/'],
    ['url_credentials', 'https://@his.clinic01.example/'],
    ['url_fragment', 'https://his.clinic01.example/#x'],
    ['url_fragment', 'https://his.clinic01.example#@evil.example/'],
    ['url_characters', 'https://his.clinic01.example\\@evil.example/'],
    ['url_characters', 'https://his.clin\tic01.example/'],
    ['url_characters', 'https://his.clinic01.example/\r\nHost: evil.example'],
    ['url_characters', 'https://his.clinic01.example/a b'],
    ['url_characters', 'https://his.clinic01.example/报告'],
    ['url_host_unicode', 'https://例子.example/'],
    ['url_host_unicode', 'https://ｈis.clinic01.example/'],
    ['url_host_unicode', 'https://127。0。0。1/'],
    ['url_host_unicode', 'https://①②⑦.0.0.1/'],
    ['url_host', 'https://his_clinic01.example/'],
    ['url_host', 'https://his.clinic01.example./'],
    ['url_host', 'https://his..example/'],
    ['url_host', 'https://-his.example/'],
    ['url_host', `https://${'a'.repeat(64)}.example/`],
    ['url_host', 'https://xn--a.example/'],
    ['url_host', `https://${`${'a'.repeat(63)}.`.repeat(4)}example/`],
    ['url_host', 'https://127.0.0.1./'],
    ['url_host', 'https://127.0.0.%31/'],
    ['url_host', 'https://256.256.256.256/'],
    ['url_host', 'https://1.2.3.4.5/'],
    ['url_port', 'https://his.clinic01.example:80/'],
    ['url_port', 'https://his.clinic01.example:0/'],
    ['url_port', 'https://his.clinic01.example:/'],
    ['url_port', 'https://his.clinic01.example:0443/'],
    ['url_port', 'https://his.clinic01.example:65979/'],
    ['url_port', 'https://his.clinic01.example:+443/'],
    ['url_port', 'https://his.clinic01.example:443:443/'],
    ['url_port', 'https://his.clinic01.example:22/'],
    ['url_not_allowed', 'https://clinic01.example/'],
    ['url_not_allowed', 'https://a.his.clinic01.example/'],
    ['url_not_allowed', 'https://his.clinic01.example.evil.example/'],
    ['url_not_allowed', 'https://localhost/'],
    ['url_not_allowed', 'http://10.20.4.7/'],
    ['url_not_allowed', 'https://8.8.8.8/'],
  ])('%s: %s', (code, url) => expect(fault(url)).toBe(code));

  // Every one of these is 127.0.0.1 for the URL parser or for a C library, and 127.0.0.1 is listed here.
  it.each([
    'https://127.1/',
    'https://127.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0x7f000001/',
    'https://0X7F.0.0.0X1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://127.0.0.01/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[fe80::1%25eth0]/',
    'https://[127.0.0.1]/',
  ])('url_host_notation: %s', (url) => expect(fault(url, [LOOPBACK])).toBe('url_host_notation'));

  it('keeps a listed network from opening what it does not hold', () => {
    const wide: AllowEntry = { scheme: 'https', host: null, ports: [443], networks: ['169.0.0.0/8', '172.0.0.0/8'] };
    expect(fault('https://169.254.169.254/latest/meta-data', [wide])).toBe('url_address');
    expect(fault('https://172.16.0.1/', [wide])).toBe('url_address');
    expect(fault('https://172.1.0.1/', [wide])).toBe('accepted');
  });
});

describe('mayConnect', () => {
  const may = (to: EndpointTarget, address: string): boolean => mayConnect(to, parseAddress(address)!);

  it('holds a name to public addresses, or to the networks of any of its entries', () => {
    expect(may(target('https://his.clinic01.example/'), '8.8.8.8')).toBe(true);
    expect(may(target('https://his.clinic01.example/'), '10.20.3.7')).toBe(false);
    const named = [
      { ...HIS, networks: ['10.20.3.0/24'] },
      { ...HIS, networks: ['fd12:3456::/32'] },
    ];
    const both = target('https://his.clinic01.example/', named);
    expect(may(both, '10.20.3.7')).toBe(true);
    expect(may(both, 'fd12:3456::9')).toBe(true);
    expect(may(both, '8.8.8.8')).toBe(false);
  });

  it('does not lend the network of another port’s entry', () => {
    const entries: AllowEntry[] = [
      { ...HIS, ports: [443] },
      { ...HIS, ports: [8443], networks: ['10.20.3.0/24'] },
    ];
    expect(may(target('https://his.clinic01.example/', entries), '10.20.3.7')).toBe(false);
    expect(may(target('https://his.clinic01.example:8443/', entries), '10.20.3.7')).toBe(true);
  });
});
