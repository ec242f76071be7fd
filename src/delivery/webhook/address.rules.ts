import { isIPv4, isIPv6 } from 'node:net';

/**
 * Which network addresses a webhook may be sent to. Pure.
 *
 * A public unicast address may be called. Everything else (this machine, the county's own network, a cloud's metadata
 * service, tunnels that carry one of those inside) only when the clinic's allow-list names a network that lies wholly
 * inside that special range: `10.20.0.0/16` opens itself, `172.0.0.0/8` opens nothing special.
 */
export interface Address {
  family: 4 | 6;
  /** The address as one number of 32 or 128 bits. */
  value: bigint;
  /** As it was written; without zone. */
  text: string;
}

export interface Network {
  family: 4 | 6;
  base: bigint;
  prefix: number;
}

/** Reads an address in its plain notation: four decimal numbers, or IPv6 without a zone. Null for anything else. */
export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return { family: 4, value: ipv4Value(text), text };
  if (isIPv6(text) && !text.includes('%')) return { family: 6, value: ipv6Value(text), text };
  return null;
}

/** Reads `address/prefix`. Null when it is malformed or has bits behind the prefix (10.20.3.7/16 is a slip). */
export function parseNetwork(text: string): Network | null {
  const match = /^([0-9A-Fa-f:.]+)\/(\d{1,3})$/.exec(text);
  const address = parseAddress(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  if (address === null || prefix > width(address.family)) return null;
  const network = { family: address.family, base: address.value, prefix };
  return shifted(address.value, network) << hostBits(network) === address.value ? network : null;
}

/** The network of this one address. */
export function networkOf(address: Address): Network {
  return { family: address.family, base: address.value, prefix: width(address.family) };
}

export function contains(network: Network, address: Pick<Address, 'family' | 'value'>): boolean {
  return network.family === address.family && shifted(address.value, network) === shifted(network.base, network);
}

/**
 * @param named networks that the allow-list entry names; none: any public address will do; some: only those
 */
export function isPermitted(address: Address, named: readonly Network[]): boolean {
  if (NEVER.some((range) => contains(range, address))) return false;
  const special = specialRange(address);
  if (special === null) return named.length === 0 || named.some((network) => contains(network, address));
  return named.some((network) => contains(network, address) && isWithin(network, special));
}

/** Not a destination of TCP at all, whatever anybody allows: "this network", multicast, reserved and broadcast. */
const NEVER = networks('0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'ff00::/8');

/** IANA special-purpose registries for IPv4 and IPv6, and the metadata services of clouds as ranges of their own. */
const SPECIAL = networks(
  '10.0.0.0/8',
  '100.64.0.0/10', // shared space of carriers (RFC 6598)
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '169.254.169.254/32', // metadata of most clouds
  '100.100.100.200/32', // metadata of Alibaba Cloud
  'fd00:ec2::254/128', // metadata of AWS
  '::1/128',
  '::/96', // IPv4-compatible: an IPv4 address in disguise
  '::ffff:0:0/96', // IPv4-mapped: likewise
  '64:ff9b::/96', // NAT64: likewise
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23', // Teredo and other protocol assignments
  '2001:db8::/32',
  '2002::/16', // 6to4: an IPv4 address in disguise
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
);
/** RFC 1918, RFC 4193 and this machine. Not 100.64/10, which a carrier's other customers share. */
const PRIVATE = networks('10.0.0.0/8', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1/128', 'fc00::/7');
const WIDEST_PREFIX = { 4: 8, 6: 16 } as const;

/** Also as IPv4-mapped: a socket for such an address connects to the IPv4 one. */
const METADATA = [
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '100.100.100.200',
  '::ffff:100.100.100.200',
  'fd00:ec2::254',
].map((text) => parseAddress(text)!);

const [GLOBAL_UNICAST_V6] = networks('2000::/3');
const [WHOLE_V6] = networks('::/0');

/** The narrowest special range that holds the address; null for a public unicast address. */
function specialRange(address: Address): Network | null {
  const ranges = SPECIAL.filter((range) => contains(range, address)).sort((a, b) => b.prefix - a.prefix);
  if (ranges[0] !== undefined) return ranges[0];
  // IPv6 outside 2000::/3 is not assigned to anybody: special by default, so that a new range need not be known here.
  const unassigned = address.family === 6 && !contains(GLOBAL_UNICAST_V6!, address);
  return unassigned ? WHOLE_V6! : null;
}

/** Wholly inside one range that the internet does not route: nothing sent there passes through strangers' hands. */
export function isPrivate(network: Network): boolean {
  return PRIVATE.some((range) => isWithin(network, range));
}

/** More addresses than any one organisation's network has: wider than /8 (IPv4) or /16 (IPv6). */
export function isTooWide({ family, prefix }: Network): boolean {
  return prefix < WIDEST_PREFIX[family];
}

/** Would these networks open a cloud's metadata service, which hands out the credentials of the machine? */
export function opensMetadata(named: readonly Network[]): boolean {
  return METADATA.some((address) => isPermitted(address, named));
}

function isWithin(inner: Network, outer: Network): boolean {
  return inner.prefix >= outer.prefix && contains(outer, { family: inner.family, value: inner.base });
}

function networks(...texts: string[]): Network[] {
  return texts.map((text) => {
    const network = parseNetwork(text);
    if (network === null) throw new Error(`not a network: ${text}`);
    return network;
  });
}

function width(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function hostBits(network: Network): bigint {
  return BigInt(width(network.family) - network.prefix);
}

function shifted(value: bigint, network: Network): bigint {
  return value >> hostBits(network);
}

function ipv4Value(text: string): bigint {
  return text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

/** `text` has passed isIPv6, so at most one `::` and well-formed groups. */
function ipv6Value(text: string): bigint {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  const hex = tail.includes('.') ? text.slice(0, lastColon + 1) + ipv4AsGroups(tail) : text;
  const [head = '', rest] = hex.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const left = groups(head);
  const right = groups(rest ?? '');
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function ipv4AsGroups(text: string): string {
  const value = ipv4Value(text);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
