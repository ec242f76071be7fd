import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { Pool } from 'undici';
import { type Address, parseAddress } from './address.rules';
import { type AllowEntry, checkEndpointUrl, type EndpointTarget, mayConnect } from './endpoint-url.rules';
import { type AttemptPhase, classify, type Fault, type Outcome } from './outcome.rules';
import { pinnedConnector } from './pinned-connector';
import { parseRetryAfter } from '../lanes/retry.rules';
import { type Exchange, exchange, type ExchangeLimits, type ExchangeRequest } from './webhook-exchange';
import { isWebhookSecret, signatureHeaders } from './webhook-signature';

/** Milliseconds, and bytes where said. */
export interface SenderLimits extends ExchangeLimits {
  resolveMs: number;
  /** TCP and TLS together, per address. */
  connectMs: number;
  /** The whole attempt: resolving, every address tried, sending, reading. */
  totalMs: number;
  /** Connections to one endpoint; further messages wait for a free one. */
  connections: number;
  /** Endpoints whose connections are kept; the one unused for longest goes first. */
  endpoints: number;
  /** An idle connection is closed after this, unless the receiver names a shorter time. */
  keepAliveMs: number;
}

/** Meant for clinics on weak lines: 20 s for a report with its PDF to go up and an answer to come back. */
export const SENDER_DEFAULTS: SenderLimits = {
  resolveMs: 5_000,
  connectMs: 5_000,
  headersMs: 20_000,
  bodyMs: 5_000,
  totalMs: 45_000,
  maxBodyBytes: 64 * 1024,
  connections: 4,
  endpoints: 512,
  // Below the 5 s after which a bare Node server closes: a request into a connection that is just closing is ambiguous.
  keepAliveMs: 4_000,
};

export interface SenderOptions {
  /** Wall clock for the signature's timestamp. Durations and time-outs run on the monotonic clock. */
  now: () => Date;
  limits?: Partial<SenderLimits>;
  /** Addresses of a DNS name, best first; rejects when there are none. Called at most once per attempt. */
  resolve?: (host: string) => Promise<readonly string[]>;
  /** PEM of further trusted authorities: county networks run their own. Verification itself cannot be switched off. */
  ca?: readonly string[];
}

export interface WebhookEndpoint {
  id: string;
  url: string;
  /** `whsec_…`, newest first. */
  secrets: readonly string[];
  /** The clinic's allow-list as it is now. */
  allow: readonly AllowEntry[];
}

/** `id` is the webhook-id: the same for every attempt of one delivery. `body` is JSON text. */
export interface WebhookMessage {
  id: string;
  body: string;
}

/** One attempt, ready to be stored. `detail` is for operators and free of patient data and secrets. */
export interface AttemptResult extends Outcome {
  phase: AttemptPhase;
  detail: string;
  durationMs: number;
  httpStatus?: number;
  retryAfterSeconds?: number;
}

/** A name with many addresses must not multiply the connect time-out without end. */
const MAX_ADDRESSES = 4;

const USER_AGENT = 'county-imaging-centre-webhook/1';

/**
 * Sends signed webhooks to clinics' systems: one `send`, one attempt, no retry of a message that may have left.
 *
 * The name is resolved once, by us; the addresses are judged by the allow-list; the connection is made to the judged
 * address and to no other, while TLS and Host keep the name. A name that changes its mind between check and connection
 * has nobody left to ask.
 */
export class WebhookSender {
  private readonly limits: SenderLimits;
  private readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Made once: reading all the public roots for every connection would take longer than the connection. */
  private readonly trust: SecureContext | undefined;
  /** Least recently used first (Map keeps insertion order). */
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly options: SenderOptions) {
    this.limits = { ...SENDER_DEFAULTS, ...options.limits };
    this.resolve = options.resolve ?? resolveByOperatingSystem;
    const { ca = [] } = options;
    this.trust = ca.length > 0 ? createSecureContext({ ca: [...rootCertificates, ...ca] }) : undefined;
  }

  /**
   * Makes one attempt. Whatever the network, the receiver or a wrong endpoint does ends in a result.
   * @throws TypeError for a message id that cannot be signed: a fault of the caller's, not of the endpoint's
   */
  async send(endpoint: WebhookEndpoint, message: WebhookMessage): Promise<AttemptResult> {
    const began = performance.now();
    const seen = await this.attempt(endpoint, message, began + this.limits.totalMs);
    const { observation } = seen;
    const retryAfterSeconds = parseRetryAfter(seen.retryAfter, this.options.now());
    return {
      ...classify(observation),
      phase: seen.phase,
      detail: seen.detail,
      durationMs: Math.round(performance.now() - began),
      ...(observation.seen === 'answer' && { httpStatus: observation.status }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    };
  }

  /** Waits for the attempts under way (their total time-out bounds it) and closes every connection. No send after it. */
  async close(): Promise<void> {
    const open = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(open.map((pool) => pool.close()));
  }

  private async attempt(endpoint: WebhookEndpoint, message: WebhookMessage, deadline: number): Promise<Exchange> {
    const check = checkEndpointUrl(endpoint.url, endpoint.allow);
    if (!check.ok && check.fault === 'url_address') return notSent('address_refused', check.fault);
    if (!check.ok) return notSent('endpoint_misconfigured', check.fault);
    if (endpoint.secrets.length === 0 || !endpoint.secrets.every(isWebhookSecret)) {
      return notSent('endpoint_misconfigured', 'a signing secret is missing or malformed');
    }
    const { target } = check;
    const request: ExchangeRequest = {
      path: target.path,
      headers: {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        ...signatureHeaders(message.id, this.options.now(), message.body, endpoint.secrets),
      },
      body: Buffer.from(message.body),
    };
    const found = await this.addressesOf(target, deadline);
    return 'notSent' in found
      ? found.notSent
      : this.firstToConnect(endpoint.id, target, found.addresses, request, deadline);
  }

  /** The addresses that may be called, in the resolver's order. */
  private async addressesOf(
    target: EndpointTarget,
    deadline: number,
  ): Promise<{ addresses: Address[] } | { notSent: Exchange }> {
    if (target.literal !== null) return { addresses: [target.literal] };
    let texts: readonly string[];
    try {
      texts = await within(this.resolve(target.host), Math.min(this.limits.resolveMs, remaining(deadline)));
    } catch (error) {
      return { notSent: notSent('dns_failed', `${target.host}: ${(error as NodeJS.ErrnoException).code ?? 'failed'}`) };
    }
    const parsed = texts.map(parseAddress).filter((address) => address !== null);
    const addresses = parsed.filter((address) => mayConnect(target, address));
    if (addresses.length > 0) return { addresses };
    const fault = texts.length === 0 ? 'dns_failed' : 'address_refused';
    return { notSent: notSent(fault, `${target.host} is ${texts.join(', ') || 'without address'}`) };
  }

  /** A failed connection has carried nothing away, so the next address (the other IP family, say) may be tried. */
  private async firstToConnect(
    endpointId: string,
    target: EndpointTarget,
    addresses: readonly Address[],
    request: ExchangeRequest,
    deadline: number,
  ): Promise<Exchange> {
    let last = notSent('dns_failed', target.host);
    for (const address of addresses.slice(0, MAX_ADDRESSES)) {
      const pool = this.poolFor(endpointId, target, address);
      const seen = await exchange(pool, request, this.limits, remaining(deadline));
      last = { ...seen, detail: `${address.text} port ${target.port}: ${seen.detail}` };
      if (seen.phase !== 'connect' || remaining(deadline) <= 1) break;
    }
    return last;
  }

  private poolFor(endpointId: string, target: EndpointTarget, address: Address): Pool {
    const key = `${endpointId} ${target.origin} ${address.text}`;
    const pool = this.pools.get(key) ?? this.openPool(target.origin, address);
    this.pools.delete(key);
    this.pools.set(key, pool);
    for (const [oldest, unused] of this.pools) {
      if (this.pools.size <= this.limits.endpoints) break;
      this.pools.delete(oldest);
      void unused.close(); // lets its attempts finish
    }
    return pool;
  }

  private openPool(origin: string, address: Address): Pool {
    const { connectMs, connections, keepAliveMs } = this.limits;
    return new Pool(origin, {
      connections,
      pipelining: 1, // a second request behind one that hangs would hang with it
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      connect: pinnedConnector(address, connectMs, this.trust),
    });
  }
}

function notSent(fault: Fault, detail: string): Exchange {
  return { observation: { seen: 'fault', fault, phase: 'resolve' }, phase: 'resolve', detail };
}

/** Whole milliseconds until a moment of the monotonic clock, at least 1. */
function remaining(deadline: number): number {
  return Math.max(1, Math.ceil(deadline - performance.now()));
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('too late'), { code: 'ETIMEOUT' })), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** getaddrinfo and not a DNS query of our own: many hospitals keep their names in the hosts file. */
async function resolveByOperatingSystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
