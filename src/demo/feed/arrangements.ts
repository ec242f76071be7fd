import { HOSPITALS, REVIEW_MODE, staffOf } from '../plan/county-plan';
import { type DutyPlan, dutiesOf } from '../plan/rosters';
import type { Cast } from './cast';
import type { Steps } from './steps';

interface Shift {
  readonly person: { readonly personId: string } | null;
  readonly note: string;
}

/** What the county agrees on before the day begins: rosters by the chiefs, one clinic that writes its films itself. */
export class Arrangements {
  constructor(
    private readonly cast: Cast,
    private readonly steps: Steps,
  ) {}

  /** What is arranged already stays as it is. @param from the first day of the rosters, `2026-03-02` */
  async make(from: string): Promise<void> {
    const text = `${HOSPITALS.length} 家医院白班、夜班与周末班`;
    await this.steps.time('排班', text, async () => {
      for (const index of HOSPITALS.keys()) await this.roster(index, from);
    });
    await this.agree();
  }

  /** The chief puts up the roster of his hospital. */
  private async roster(index: number, validFrom: string): Promise<void> {
    const { hospital, chief: username } = staffOf(index);
    const chief = await this.cast.person(username);
    const hospitalId = await this.cast.hospitalId(hospital.code);
    const { items } = await chief.call<{ items: Shift[] }>('GET', '/api/rosters?limit=200');
    const known = new Set(items.map(({ person, note }) => `${person?.personId} ${note}`));
    for (const { username: who, note, ...duty } of dutiesOf(hospital)) {
      const personId = await this.cast.personId(who);
      if (known.has(`${personId} ${note}`)) continue;
      await chief.call('POST', '/api/rosters', {
        kind: 'weekly',
        hospitalId,
        personId,
        validFrom,
        note,
        ...timesOf(duty),
      });
    }
  }

  /** 远程诊断(审核) */
  private async agree(): Promise<void> {
    const { clinic, modality } = REVIEW_MODE;
    const sysadmin = await this.cast.person('sysadmin');
    const clinicId = await this.cast.clinicId(clinic.code);
    await sysadmin.call('PUT', `/api/clinics/${clinicId}/modes`, { modality, mode: 'review' });
    this.steps.say('约定', `${clinic.code} ${clinic.name} 的 ${modality} 由卫生院书写、县级审核`);
  }
}

const timesOf = ({ weekdays, start, end }: Omit<DutyPlan, 'username' | 'note'>): object => ({ weekdays, start, end });
