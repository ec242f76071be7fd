import type { Agent } from 'node:http';
import { ApiClient, keepAliveAgent } from '../http-client';
import type { ClinicPlan } from '../plan/county-plan';

interface Site {
  readonly code: string;
  readonly hospitalId?: string;
  readonly clinicId?: string;
}

/** Everybody who acts in the demo, as a caller of the HTTP interface: gateways with their key, people with their session. */
export class Cast {
  private readonly agent: Agent = keepAliveAgent(48);
  private readonly gateways = new Map<string, ApiClient>();
  private readonly people = new Map<string, Promise<ApiClient>>();

  /** @param keys gateway keys by `clinic01` … */
  constructor(
    readonly url: string,
    private readonly keys: ReadonlyMap<string, string>,
    private readonly password: string,
  ) {}

  key(clinic: ClinicPlan): string {
    const key = this.keys.get(clinic.keyName);
    if (key === undefined) throw new RangeError(`no gateway key of ${clinic.keyName}`);
    return key;
  }

  gateway(clinic: ClinicPlan): ApiClient {
    const known = this.gateways.get(clinic.code);
    if (known) return known;
    const client = ApiClient.withKey(this.url, this.key(clinic), { agent: this.agent });
    this.gateways.set(clinic.code, client);
    return client;
  }

  /** Signs the person in at the first call. @throws ApiError when the password is not (any more) this one */
  person(username: string): Promise<ApiClient> {
    const known = this.people.get(username);
    if (known) return known;
    const signedIn = ApiClient.login(this.url, { username, password: this.password }, { agent: this.agent });
    this.people.set(username, signedIn);
    return signedIn;
  }

  /** The person's number, which the person's own page says. */
  async personId(username: string): Promise<string> {
    const me = await (await this.person(username)).call<{ personId: string }>('GET', '/api/me');
    return me.personId;
  }

  hospitalId(code: string): Promise<string> {
    return this.siteId('hospitals', code);
  }

  clinicId(code: string): Promise<string> {
    return this.siteId('clinics', code);
  }

  private async siteId(kind: 'hospitals' | 'clinics', code: string): Promise<string> {
    const reader = await this.person('sysadmin');
    const { items } = await reader.call<{ items: readonly Site[] }>('GET', `/api/${kind}`);
    const site = items.find((one) => one.code === code);
    const id = site?.hospitalId ?? site?.clinicId;
    if (id === undefined) throw new RangeError(`no ${code} in the county`);
    return id;
  }

  close(): void {
    this.agent.destroy();
  }
}
