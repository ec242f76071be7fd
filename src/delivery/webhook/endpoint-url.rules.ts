import {
  type Address,
  contains,
  isPermitted,
  isPrivate,
  isTooWide,
  type Network,
  networkOf,
  opensMetadata,
  parseAddress,
  parseNetwork,
} from './address.rules';

/**
 * Where a clinic's webhooks may go: validation of the allow-list entry and of the endpoint's URL. Pure.
 * The sender repeats the URL check before every attempt, because entries can be withdrawn after registration.
 */
export interface AllowEntry {
  /** `http` sends reports in clear text; only to private networks that the entry names. */
  scheme: 'https' | 'http';
  /** An exact DNS name (lower case, A-labels) or address; null: any address literal inside `networks`. No wildcards. */
  host: string | null;
  ports: readonly number[];
  /** CIDR. Empty: the name must resolve to public addresses. Otherwise: to addresses inside these. */
  networks: readonly string[];
}

export type AllowFault =
  | 'allow_scheme'
  | 'allow_host'
  | 'allow_ports'
  | 'allow_networks'
  | 'allow_too_wide'
  | 'allow_metadata'
  | 'allow_clear_text';

export type UrlFault =
  | 'url_length'
  | 'url_characters'
  | 'url_syntax'
  | 'url_scheme'
  | 'url_credentials'
  | 'url_fragment'
  | 'url_host_unicode'
  | 'url_host_notation'
  | 'url_host'
  | 'url_port'
  | 'url_address'
  | 'url_not_allowed';

/** A URL that passed, taken apart for the connection. */
export interface EndpointTarget {
  scheme: 'https' | 'http';
  /** Lower case; an IPv6 address without brackets. */
  host: string;
  port: number;
  /** `scheme://host:port`, the port left out when it is the scheme's own. */
  origin: string;
  /** Path and query as they go on the wire. */
  path: string;
  /** The host when it is an address; then nothing is to be resolved. */
  literal: Address | null;
  /** The allow-list entries that this URL rests on; for `mayConnect`. */
  entries: readonly AllowEntry[];
}

export type UrlCheck = { ok: true; target: EndpointTarget } | { ok: false; fault: UrlFault };

const MAX_URL_LENGTH = 2048;
const DEFAULT_PORT = { https: 443, http: 80 } as const;

/**
 * Ports where something listens that takes text lines for commands, or that is never a web service: an HTTP request must
 * not become mail, a database command or an HL7 message, whatever an entry says. FTP, SSH, telnet, SMTP, DNS, POP, IMAP,
 * NNTP, SMB, LDAP, syslog, submission, DICOM, MLLP, Docker, etcd, MySQL, PostgreSQL, IRC, Redis, memcached, MongoDB.
 */
const NEVER_HTTP: ReadonlySet<number> = new Set([
  20, 21, 22, 23, 25, 53, 104, 110, 119, 139, 143, 389, 445, 465, 514, 587, 636, 993, 995, 2375, 2376, 2379, 2575, 3306,
  5432, 6379, 6667, 11112, 11211, 27017,
]);

/** Everything that is wrong with an allow-list entry; empty when it is good. */
export function checkAllowEntry(entry: AllowEntry): AllowFault[] {
  const faults: AllowFault[] = [];
  const known = entry.scheme === 'https' || entry.scheme === 'http';
  if (!known) faults.push('allow_scheme');
  if (entry.host !== null && parseAddress(entry.host) === null && !isDnsName(entry.host)) faults.push('allow_host');
  if (entry.ports.length === 0 || !entry.ports.every(isUsablePort)) faults.push('allow_ports');
  const readable = entry.networks.every((network) => parseNetwork(network) !== null);
  // Without a host the networks are all that the entry says.
  if (!readable || (entry.host === null && entry.networks.length === 0)) faults.push('allow_networks');
  const named = namedNetworks(entry);
  if (named.some(isTooWide)) faults.push('allow_too_wide');
  if (opensMetadata(named)) faults.push('allow_metadata');
  if (entry.scheme === 'http' && !mayBeClearText(named)) faults.push('allow_clear_text');
  return faults;
}

/**
 * A patient's report goes in clear text through private networks only. A name without networks may come to mean any
 * public address.
 */
function mayBeClearText(named: readonly Network[]): boolean {
  return named.length > 0 && named.every(isPrivate);
}

/**
 * Checks a webhook URL against its notation rules and the clinic's allow-list.
 *
 * Only one spelling of a host is accepted, so that what the administrator reads is what is called: the URL standard
 * turns `0x7f.1`, `2130706433`, `127。0。0。1` and `%3127.0.0.1` into 127.0.0.1 without a word.
 */
export function checkEndpointUrl(input: string, allow: readonly AllowEntry[]): UrlCheck {
  const parts = takeApart(input);
  if (typeof parts === 'string') return { ok: false, fault: parts };
  const literal = parseAddress(parts.host);
  // A faulty entry opens nothing, however it came into the table.
  const sound = allow.filter((entry) => checkAllowEntry(entry).length === 0);
  const byHost = sound.filter((entry) => matchesHost(entry, parts.host, literal));
  const byScheme = byHost.filter((entry) => entry.scheme === parts.scheme);
  const entries = byScheme.filter((entry) => entry.ports.includes(parts.port));
  if (byHost.length === 0) return { ok: false, fault: 'url_not_allowed' };
  if (byScheme.length === 0) return { ok: false, fault: 'url_scheme' };
  if (entries.length === 0) return { ok: false, fault: 'url_port' };
  const target: EndpointTarget = { ...parts, literal, entries };
  if (literal !== null && !mayConnect(target, literal)) return { ok: false, fault: 'url_address' };
  return { ok: true, target };
}

/** May a connection for this URL go to this address? To be asked for every address that a name resolves to. */
export function mayConnect(target: Pick<EndpointTarget, 'entries'>, address: Address): boolean {
  return target.entries.some((entry) => isPermitted(address, namedNetworks(entry)));
}

type Parts = Pick<EndpointTarget, 'scheme' | 'host' | 'port' | 'origin' | 'path'>;

/** Notation only. The pieces are cut from the input itself; the URL parser may only confirm them, never improve them. */
function takeApart(input: string): Parts | UrlFault {
  if (input.length > MAX_URL_LENGTH) return 'url_length';
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#\\]+)([^#]*)(#.*)?$/s.exec(input);
  if (match === null) return 'url_syntax';
  const [, rawScheme = '', authority = '', , fragment] = match;
  const scheme = rawScheme.toLowerCase();
  if (scheme !== 'https' && scheme !== 'http') return 'url_scheme';
  if (authority.includes('@')) return 'url_credentials';
  if (fragment !== undefined) return 'url_fragment';
  if (/[^\x00-\x7f]/.test(authority)) return 'url_host_unicode';
  // Printable ASCII without the characters that the URL parser would strip, escape or turn into others.
  if (!/^[\x21-\x7e]+$/.test(input) || /["<>\\^`{|}]/.test(input)) return 'url_characters';
  const hostAndPort = splitAuthority(authority, scheme);
  return typeof hostAndPort === 'string' ? hostAndPort : confirm(input, scheme, hostAndPort);
}

interface HostAndPort {
  host: string;
  port: number;
}

function splitAuthority(authority: string, scheme: 'https' | 'http'): HostAndPort | UrlFault {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]+))(?::(.*))?$/.exec(authority);
  if (match === null) return 'url_syntax';
  const [, bracketed, plain = '', rawPort] = match;
  const host = (bracketed ?? plain).toLowerCase();
  const portText = rawPort ?? String(DEFAULT_PORT[scheme]);
  if (!/^[1-9]\d{0,4}$/.test(portText) || !isUsablePort(Number(portText))) return 'url_port';
  const address = parseAddress(host);
  if (bracketed !== undefined) {
    // [::ffff:127.0.0.1] and its kin hide an IPv4 address: write that one instead.
    const plainV6 = address?.family === 6 && !host.includes('.') && !isMapped(address);
    return plainV6 ? { host, port: Number(portText) } : 'url_host_notation';
  }
  return address !== null || hasDnsLabels(host) ? { host, port: Number(portText) } : 'url_host';
}

/** ::ffff:0:0/96 */
function isMapped(address: Address): boolean {
  return address.value >> 32n === 0xffffn;
}

/**
 * The URL parser must see the same host and port as we did: a difference between two parsers is how guards are passed.
 * This is where 127.1, 0x7f.1 and 2130706433 end, which are names to us and 127.0.0.1 to the parser.
 */
function confirm(input: string, scheme: 'https' | 'http', { host, port }: HostAndPort): Parts | UrlFault {
  if (!URL.canParse(input)) return 'url_host';
  const url = new URL(input);
  const seen = url.hostname.replace(/^\[|\]$/g, '');
  const seenPort = url.port === '' ? DEFAULT_PORT[scheme] : Number(url.port);
  const same = seen === host || parseAddress(seen)?.value === parseAddress(host)?.value;
  if (!same || seenPort !== port) return 'url_host_notation';
  return { scheme, host: seen, port, origin: url.origin, path: url.pathname + url.search };
}

/** Letters, digits and inner hyphens (RFC 1123), A-labels for other scripts, no dot at the end, at most 253 characters. */
function hasDnsLabels(name: string): boolean {
  const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
  return name.length <= 253 && name.split('.').every((part) => label.test(part));
}

/** A name whose last label is a number is an address in an odd notation. */
function isDnsName(name: string): boolean {
  return hasDnsLabels(name) && !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(name);
}

function isUsablePort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535 && !NEVER_HTTP.has(port);
}

function matchesHost(entry: AllowEntry, host: string, literal: Address | null): boolean {
  if (entry.host === null) return literal !== null && namedNetworks(entry).some((named) => contains(named, literal));
  const listed = parseAddress(entry.host);
  if (listed === null || literal === null) return entry.host === host;
  return listed.family === literal.family && listed.value === literal.value;
}

/** An entry that lists an address names that very network by it. */
function namedNetworks(entry: AllowEntry): Network[] {
  const listed = entry.host === null ? null : parseAddress(entry.host);
  const read = entry.networks.map(parseNetwork).filter((network) => network !== null);
  return listed === null ? read : [...read, networkOf(listed)];
}
