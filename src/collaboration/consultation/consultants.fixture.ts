import { signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer } from '../../../test/harness/json-client';
import type { System } from '../../../test/harness/system';
import type { Exam } from '../../exams';
import { PeopleService } from '../../identity';
import type { Shift } from '../../worklist/shift.fixture';

/** Registers an institution outside the county, whose experts can sign in; answers its id. */
export async function institutionOutside(
  system: System,
  county: TestCounty,
  experts: Readonly<Record<string, string>> = { expert1: '专家一' },
): Promise<string> {
  const sysadmin = await signIn(system, county, 'sysadmin');
  const input = { code: 'P1', name: '省影像会诊中心', agreement: '会诊协议 2026-01' };
  const { status, body } = await sysadmin.post<{ institution: string }>('/api/consult-institutions', input);
  if (status !== 201) throw new Error(`the institution: ${status} ${JSON.stringify(body)}`);
  for (const [username, name] of Object.entries(experts))
    await system.get(PeopleService).create(system.ctx(county.countyId), {
      username,
      password: county.password,
      name,
      title: '主任医师',
      grants: [{ role: 'expert', hospitalId: body.institution }],
    });
  return body.institution;
}

interface Held {
  readonly examId: string;
  readonly fence: number;
}

interface Notice {
  readonly text: string;
  readonly params: { readonly consultationId?: string };
}

/** Readers of a shift who ask each other. */
export class Consultants {
  constructor(private readonly shift: Shift) {}

  /** Puts a question about an exam that is held, to hospital 2 unless `over` says otherwise. */
  ask(who: string, { examId, fence }: Held, over: object = {}): Promise<Answer> {
    const to = { hospitalId: this.shift.hospital(2) };
    const question = { to, access: 'read_only', deidentified: false, question: '右肺上叶结节，是否考虑浸润性病变？' };
    return this.shift.command(who, examId, 'consult', { fence, ...question, ...over });
  }

  /** Asked by writer11 of hospital 1. */
  async asked(over: object = {}, exam: Partial<Exam> = {}): Promise<Held & { readonly id: string }> {
    const held = await this.shift.held('writer11', exam);
    const { status, body } = (await this.ask('writer11', held, over)) as Answer<{ consultationId: string }>;
    if (status !== 201) throw new Error(`consult: ${status} ${JSON.stringify(body)}`);
    return { ...held, id: body.consultationId };
  }

  step(who: string, id: string, verb: string, body: object = {}): Promise<Answer> {
    return this.shift.as(who).post(`/api/consultations/${id}/${verb}`, body);
  }

  /** What somebody was told of a consultation. */
  async noticed(who: string, id: string): Promise<Notice[]> {
    const { body } = await this.shift.as(who).get<{ items: Notice[] }>('/api/notices?limit=200');
    return body.items.filter((notice) => notice.params.consultationId === id);
  }
}
