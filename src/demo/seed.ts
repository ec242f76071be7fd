import type { INestApplicationContext } from '@nestjs/common';
import { type CreatePerson, GatewayKeysService, PeopleService } from '../identity';
import { type Ctx, systemCtx } from '../platform/context';
import { Db } from '../platform/database';
import { newId } from '../platform/ids';
import { Templates } from '../templates';
import { type OpenedCounty, TenancyService } from '../tenancy';
import { eachOf } from './feed/waiting';
import type { GatewayKeys } from './keys-file';
import { CLINICS, COUNTY, HOSPITALS, PEOPLE, type PersonPlan } from './plan/county-plan';

/** The demo's county in the database; the plan's times are reckoned from its opening. */
export type SeededCounty = OpenedCounty;

const SEEDER = 'demo-seed';
const LICENCE_YEARS = 5;
/** A password's hash takes 15 ms of one core. */
const HASHES_AT_ONCE = 4;

/** The county, if this database has it. */
export function findCounty(app: INestApplicationContext): Promise<SeededCounty | undefined> {
  return app.get(TenancyService, { strict: false }).findCounty(SEEDER, COUNTY.code);
}

/** Writes the fictional county through the product's own services; what is there already stays. */
export class Seed {
  private readonly db: Db;
  private readonly tenancy: TenancyService;
  private readonly people: PeopleService;
  private readonly keys: GatewayKeysService;
  private readonly templates: Templates;

  constructor(app: INestApplicationContext) {
    const options = { strict: false } as const;
    this.db = app.get(Db, options);
    this.tenancy = app.get(TenancyService, options);
    this.people = app.get(PeopleService, options);
    this.keys = app.get(GatewayKeysService, options);
    this.templates = app.get(Templates, options);
  }

  /** Opens the county with its sites and the starter set of templates. */
  async sites(): Promise<SeededCounty> {
    const county = await this.tenancy.openCounty(SEEDER, COUNTY);
    const ctx = this.ctx(county);
    const hospitals = await this.idsByCode(ctx, 'hospital');
    for (const { code, name } of HOSPITALS) {
      if (!hospitals.has(code)) await this.tenancy.createHospital(ctx, { code, name });
    }
    const clinics = await this.idsByCode(ctx, 'clinic');
    for (const { code, name, dutyPhone, defaultCharset } of CLINICS) {
      if (!clinics.has(code)) await this.tenancy.createClinic(ctx, { code, name, dutyPhone, defaultCharset });
    }
    await this.db.write(ctx, (tx) => this.templates.installStarter(tx));
    return county;
  }

  /** Makes everybody with this password; whoever is there already gets it too. */
  async everybody(county: SeededCounty, password: string): Promise<void> {
    const ctx = this.ctx(county);
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<{ id: string; username: string }>('SELECT id, username FROM person WHERE county_id = $1', [ctx.countyId]),
    );
    const known = new Map(rows.map((row) => [row.username, row.id]));
    const hospitals = await this.idsByCode(ctx, 'hospital');
    const clinics = await this.idsByCode(ctx, 'clinic');
    const make = async (plan: PersonPlan): Promise<void> => {
      const personId = known.get(plan.username);
      if (personId !== undefined) return this.people.change(ctx, personId, { password });
      const supervisorId = plan.supervisor === undefined ? {} : { supervisorId: idIn(known, plan.supervisor) };
      const person = { ...this.personOf(plan, county, { hospitals, clinics }), ...supervisorId, password };
      known.set(plan.username, (await this.people.create(ctx, person)).personId);
    };
    // Whoever drafts under somebody comes after him.
    for (const taught of [false, true]) {
      const wave = PEOPLE.filter(({ supervisor }) => (supervisor !== undefined) === taught);
      await eachOf(wave, HASHES_AT_ONCE, make);
    }
  }

  /** A new gateway key for every clinic; those of an earlier, interrupted start end. */
  async gatewayKeys(county: SeededCounty): Promise<GatewayKeys> {
    const ctx = this.ctx(county);
    const earlier = await this.db.read(ctx, (tx) =>
      tx.rows<{ id: string }>('SELECT id FROM gateway_key WHERE county_id = $1 AND label = $2 AND revoked_at IS NULL', [
        ctx.countyId,
        SEEDER,
      ]),
    );
    for (const { id } of earlier) await this.keys.revoke(ctx, id);
    const clinics = await this.idsByCode(ctx, 'clinic');
    const made: [string, string][] = [];
    for (const { code, keyName } of CLINICS) {
      const { key } = await this.keys.create(ctx, { clinicId: idIn(clinics, code), label: SEEDER });
      made.push([keyName, key]);
    }
    return Object.fromEntries(made);
  }

  private personOf(plan: PersonPlan, { openedAt }: SeededCounty, sites: Sites): Omit<CreatePerson, 'password'> {
    const { username, name, phone, title, role, clinicCode, hospitalCode, licenceNumber } = plan;
    const until = new Date(openedAt);
    until.setUTCFullYear(until.getUTCFullYear() + LICENCE_YEARS);
    const site = {
      ...(clinicCode === undefined ? {} : { clinicId: idIn(sites.clinics, clinicCode) }),
      ...(hospitalCode === undefined ? {} : { hospitalId: idIn(sites.hospitals, hospitalCode) }),
    };
    return {
      username,
      name,
      phone,
      ...(title === undefined ? {} : { title }),
      ...(licenceNumber === undefined ? {} : { licenceNumber, licenceValidUntil: until.toISOString().slice(0, 10) }),
      grants: [{ role, ...site }],
    };
  }

  private async idsByCode(ctx: Ctx, table: 'hospital' | 'clinic'): Promise<Map<string, string>> {
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<{ id: string; code: string }>(`SELECT id, code FROM ${table} WHERE county_id = $1`, [ctx.countyId]),
    );
    return new Map(rows.map((row) => [row.code, row.id]));
  }

  private ctx({ countyId }: SeededCounty): Ctx {
    return systemCtx(SEEDER, countyId, newId());
  }
}

interface Sites {
  readonly hospitals: ReadonlyMap<string, string>;
  readonly clinics: ReadonlyMap<string, string>;
}

function idIn(ids: ReadonlyMap<string, string>, code: string): string {
  const id = ids.get(code);
  if (id === undefined) throw new RangeError(`no ${code}`);
  return id;
}
