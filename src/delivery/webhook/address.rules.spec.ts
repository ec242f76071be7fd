import { isPermitted, type Network, parseAddress, parseNetwork } from './address.rules';

const permitted = (address: string, ...named: string[]): boolean => {
  const parsed = parseAddress(address);
  if (parsed === null) throw new Error(`${address} is no address`);
  return isPermitted(
    parsed,
    named.map((text): Network => {
      const network = parseNetwork(text);
      if (network === null) throw new Error(`${text} is no network`);
      return network;
    }),
  );
};

describe('parseAddress', () => {
  it.each([
    ['0.0.0.0', 4, 0n],
    ['127.0.0.1', 4, 0x7f000001n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['2001:db8::8:800:200c:417a', 6, 0x20010db80000000000080800200c417an],
    ['1:2:3:4:5:6:7:8', 6, 0x00010002000300040005000600070008n],
    ['1:2:3:4:5:6:7::', 6, 0x00010002000300040005000600070000n],
    ['::ffff:127.0.0.1', 6, 0xffff7f000001n],
    ['64:ff9b::10.1.2.3', 6, 0x0064ff9b00000000000000000a010203n],
    ['1:2:3:4:5:6:1.2.3.4', 6, 0x00010002000300040005000601020304n],
  ])('reads %s', (text, family, value) => expect(parseAddress(text)).toEqual({ family, value, text }));

  it.each(['', '127.1', '0x7f.0.0.1', '2130706433', '127.0.0.01', '1.2.3.4.5', 'fe80::1%eth0', '[::1]', ':::', 'his'])(
    'refuses %p',
    (text) => expect(parseAddress(text)).toBeNull(),
  );
});

describe('parseNetwork', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '10.20.3.7/32', '::/0', 'fd12:3456::/32', '::1/128'])('reads %s', (text) =>
    expect(parseNetwork(text)).not.toBeNull(),
  );

  it.each(['10.20.3.7/16', '10.0.0.0/33', '10.0.0.0', '10.0.0.0/', '::/129', 'fd12::1/32', '1.2.3/24', 'a/b', ''])(
    'refuses %p',
    (text) => expect(parseNetwork(text)).toBeNull(),
  );
});

describe('without a named network', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '172.15.255.255', '100.128.0.1', '192.167.0.1', '2400:3200::1'])(
    '%s is public',
    (address) => expect(permitted(address)).toBe(true),
  );

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '192.0.2.1',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:4136:e378::1',
    '2001:db8::1',
    'fe80::1',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '4000::1',
    '200::1',
  ])('%s is refused', (address) => expect(permitted(address)).toBe(false));
});

describe('with named networks', () => {
  it('opens what is named and nothing beside it', () => {
    expect(permitted('10.20.3.7', '10.20.3.0/24')).toBe(true);
    expect(permitted('10.20.4.7', '10.20.3.0/24')).toBe(false);
    expect(permitted('127.0.0.1', '127.0.0.1/32')).toBe(true);
    expect(permitted('127.0.0.2', '127.0.0.1/32')).toBe(false);
    expect(permitted('fd12:3456::9', 'fd12:3456::/32')).toBe(true);
    expect(permitted('10.20.3.7', 'fd12:3456::/32', '10.0.0.0/8')).toBe(true);
  });

  it('binds public addresses too', () => {
    expect(permitted('8.8.8.8', '8.8.8.0/24')).toBe(true);
    expect(permitted('8.8.4.4', '8.8.8.0/24')).toBe(false);
  });

  it('opens no special range by a wider one', () => {
    expect(permitted('10.20.3.7', '0.0.0.0/0')).toBe(false);
    expect(permitted('127.0.0.1', '64.0.0.0/2')).toBe(false);
    expect(permitted('fe80::1', '::/0')).toBe(false);
  });

  it('opens a metadata service only by its own address', () => {
    expect(permitted('169.254.169.254', '169.254.0.0/16')).toBe(false);
    expect(permitted('169.254.169.254', '169.254.169.254/32')).toBe(true);
    expect(permitted('100.100.100.200', '100.64.0.0/10')).toBe(false);
    expect(permitted('fd00:ec2::254', 'fd00::/8')).toBe(false);
  });

  it('does not take an IPv4 network for its mapped twin', () => {
    expect(permitted('::ffff:10.20.3.7', '10.20.3.0/24')).toBe(false);
    expect(permitted('::ffff:10.20.3.7', '::ffff:10.20.3.0/120')).toBe(true);
  });

  it.each([
    ['0.0.0.0', '0.0.0.0/32'],
    ['224.0.0.1', '224.0.0.1/32'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['::', '::/128'],
    ['ff02::1', 'ff02::1/128'],
  ])('never opens %s', (address, named) => expect(permitted(address, named)).toBe(false));
});
