import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { ManualClock } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { type Answered, type Client, Desk } from '../../reporting/desk.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let clinics: Client[];
let writer: Client;
let desk: Desk;
let chief: Client;
let admin: Client;

beforeAll(async () => {
  system = await startSystem({ clock });
  county = await seedCounty(system, { clinics: 5 });
  clinics = county.clinics.map((clinic) => gateway(system, clinic));
  writer = await signIn(system, county, 'writer11');
  desk = new Desk(clinics[2]!, writer, await signIn(system, county, 'reviewer21'), until);
  chief = await signIn(system, county, 'chief1');
  admin = await signIn(system, county, 'admin');
});
afterAll(() => system.stop());

interface Link {
  readonly linkId: string;
  readonly reason: string | null;
  readonly patients: readonly [{ readonly localId: string }, { readonly localId: string }];
}

/** The patients of one 身份证号, one of each clinic: A of the first, B of the second … */
class Bearers {
  private readonly exams = new Map<string, string>();

  constructor(private readonly idNumber: string) {}

  /** Registers the patient of every clinic named, and waits until every pair is known. */
  async come(...names: string[]): Promise<void> {
    for (const name of names) this.exams.set(name, await this.exam(name));
    const pairs = (this.exams.size * (this.exams.size - 1)) / 2;
    await until(`${pairs} pairs are known`, async () => {
      const known = await Promise.all(['linked', 'review', 'refused', 'undone'].map((state) => this.pairs(state)));
      // A link that changes its state between two of these looks is in both of their answers.
      return new Set(known.flat()).size === pairs;
    });
  }

  /** Whose exams the readers of each one's exam have before them. */
  async seen(): Promise<string> {
    const views = [];
    for (const [name, exam] of this.exams) {
      const { items } = (await writer.get(`/api/exams/${exam}/priors`)).body as { items: { examId: string }[] };
      const others = [...this.exams].filter(([, id]) => items.some(({ examId }) => examId === id)).map(([n]) => n);
      if (others.length > 0) views.push(`${name}:${others.join('')}`);
    }
    return views.join(' ');
  }

  async pairs(state: string): Promise<string[]> {
    return (await this.links(state)).map(({ pair }) => pair).sort();
  }

  async act(pair: string, deed: string): Promise<Answered> {
    const { linkId } = await this.link(pair);
    return chief.post(`/api/person-links/${linkId}/${deed}`, { reason: '电话核对' });
  }

  async link(pair: string): Promise<Link> {
    const states = ['linked', 'review', 'refused', 'undone'];
    const known = (await Promise.all(states.map((state) => this.links(state)))).flat();
    return known.find((link) => link.pair === pair)!;
  }

  /** As the clinic registers him; the report of C's exam is signed. */
  private async exam(name: string): Promise<string> {
    const clinic = clinics[name.charCodeAt(0) - 'A'.charCodeAt(0)]!;
    const request = this.request(name);
    if (name === 'C') return (await desk.signed({}, request)).exam;
    const { status, body } = await clinic.post('/api/exams', {
      ...request,
      accessionNumber: `${name}${this.idNumber}`,
    });
    expect([status, body.code]).toEqual([201, undefined]);
    return body.examId;
  }

  private request(name: string): object {
    return {
      patientLocalId: `${name}-${this.idNumber}`,
      idNumber: this.idNumber,
      patientName: '王秀英',
      sex: 'F',
      birthDate: `${this.idNumber.slice(6, 10)}-${this.idNumber.slice(10, 12)}-${this.idNumber.slice(12, 14)}`,
      modality: 'CT',
      itemName: '胸部CT平扫',
      bodyPart: '胸部',
      examStart: '2026-03-02T08:30:00+08:00',
      orderingDoctor: '王小明',
      orderingPhone: '000-1111',
      metadataOnly: true,
    };
  }

  examOf(name: string): string {
    return this.exams.get(name)!;
  }

  private async links(state: string): Promise<(Link & { pair: string })[]> {
    const items = (await chief.get(`/api/person-links?state=${state}&limit=200`)).body.items as Link[];
    return items
      .filter(({ patients }) => patients[0].localId.endsWith(this.idNumber))
      .map((link) => ({
        ...link,
        pair: link.patients
          .map(({ localId }) => localId[0])
          .sort()
          .join(''),
      }));
  }
}

const refusals = async (subject: string) =>
  system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.rows<{ action: string; actor_id: string; details: object }>(
      "SELECT action, actor_id, details FROM audit_event WHERE subject_id = $1 AND action LIKE '%.refused'",
      [subject],
    ),
  );

describe('three clinics, and two of the patients are not one person', () => {
  const people = new Bearers('110101196002030022');

  const lookUp = async (patient: object): Promise<{ lookupId: string; items: { examId: string }[] }> => {
    const wanted = { ...patient, modality: 'CT', itemName: '胸部CT平扫', bodyPart: '胸部' };
    const doctor = await signIn(system, county, 'doctor01');
    const { status, body } = await doctor.post('/api/recognition/lookups', wanted);
    expect(status).toBe(201);
    return body;
  };
  const itemsFor = async (patient: object): Promise<string[]> =>
    (await lookUp(patient)).items.map(({ examId }) => examId);
  const byNumber = { idNumber: '110101196002030022', patientName: '王秀英' };
  const own = { patientLocalId: 'A-110101196002030022' };

  it('shows neither the other by way of the third, once their link is undone', async () => {
    await people.come('A', 'B', 'C');
    expect(await people.seen()).toBe('A:BC B:AC C:AB');
    for (const patient of [own, byNumber]) expect(await itemsFor(patient)).toEqual([people.examOf('C')]);
    const doctor = await signIn(system, county, 'doctor01');
    const { lookupId } = await lookUp(own);
    const images = `/api/recognition/lookups/${lookupId}/exams/${people.examOf('C')}/instances`;
    expect((await doctor.get(images)).status).toBe(200);
    clock.advance(1_000);
    expect((await people.act('AC', 'undo')).status).toBe(200);
    expect(await people.seen()).toBe('');
    for (const patient of [own, byNumber]) expect(await itemsFor(patient)).toEqual([]);
    // What he looked up before is closed too.
    expect((await doctor.get(images)).status).toBe(404);
  });

  it('sends the links that would join them to the review list, says why, and tells who has to look', async () => {
    expect(await people.pairs('review')).toEqual(['AB', 'BC']);
    expect((await people.link('AB')).reason).toBe('与“非同一人”的判定矛盾');
    const notices = (await admin.get('/api/notices?open=true')).body.items as { kind: string; text: string }[];
    expect(notices).toMatchObject([
      { kind: 'person-link.review', text: '有患者关联与“非同一人”的判定矛盾，已暂停关联，请逐一核对' },
    ]);
  });

  it('shows those whom a person has confirmed, on both sides, and refuses what would join the two after all', async () => {
    expect((await people.act('AB', 'confirm')).status).toBe(200);
    expect(await people.seen()).toBe('A:B B:A');
    const { linkId } = await people.link('BC');
    const apart = await people.link('AC');
    const { status, body } = await people.act('BC', 'confirm');
    expect([status, body.code, body.params.linkIds]).toEqual([409, 'link_contradicts', [apart.linkId]]);
    expect(await people.seen()).toBe('A:B B:A');
    expect(await people.pairs('review')).toEqual(['BC']);
    expect(await refusals(linkId)).toEqual([
      {
        action: 'person-link.confirm.refused',
        actor_id: county.people.get('chief1')!.id,
        details: { code: 'link_contradicts', linkIds: [apart.linkId] },
      },
    ]);
    const byHand = { examId: people.examOf('C'), otherExamId: people.examOf('B'), reason: '同一医保卡' };
    expect((await chief.post('/api/person-links', byHand)).body.code).toBe('link_contradicts');
    expect(await refusals(byHand.examId)).toMatchObject([
      { action: 'person-link.link.refused', details: { code: 'link_contradicts' } },
    ]);
    expect((await people.act('BC', 'refuse')).status).toBe(200);
    expect(await people.seen()).toBe('A:B B:A');
  });

  it('joins them when the decision itself is taken back', async () => {
    const refused = await people.act('AC', 'confirm');
    // B and C are two by now: A cannot be both.
    expect([refused.status, refused.body.code]).toEqual([409, 'link_contradicts']);
    expect((await people.act('AB', 'undo')).status).toBe(200);
    expect((await people.act('AC', 'confirm')).status).toBe(200);
    expect(await people.seen()).toBe('A:C C:A');
  });

  it('writes down that an undo met a link that was none', async () => {
    const { linkId } = await people.link('AB');
    const { status, body } = await people.act('AB', 'undo');
    expect([status, body.code, body.params.state]).toEqual([409, 'link_state_conflict', 'undone']);
    expect(await refusals(linkId)).toMatchObject([
      { action: 'person-link.undo.refused', details: { code: 'link_state_conflict', state: 'undone' } },
    ]);
  });
});

describe('four clinics', () => {
  const people = new Bearers('110101196002040028');

  it('keeps apart, over every path, whom a person has told apart', async () => {
    await people.come('A', 'B', 'C', 'D');
    expect(await people.seen()).toBe('A:BCD B:ACD C:ABD D:ABC');
    expect((await people.act('BD', 'confirm')).status).toBe(409);
    expect((await people.act('AC', 'undo')).status).toBe(200);
    expect(await people.seen()).toBe('');
    expect(await people.pairs('review')).toEqual(['AB', 'AD', 'BC', 'BD', 'CD']);
    for (const pair of ['AB', 'CD']) expect((await people.act(pair, 'confirm')).status).toBe(200);
    expect(await people.seen()).toBe('A:B B:A C:D D:C');
    // B and D would bring A and C together again.
    expect((await people.act('BD', 'confirm')).body.code).toBe('link_contradicts');
  });

  it('links a fifth who carries the number to nobody before a person has said to whom', async () => {
    await people.come('E');
    expect(await people.pairs('review')).toEqual(['AD', 'AE', 'BC', 'BD', 'BE', 'CE', 'DE']);
    expect(await people.seen()).toBe('A:B B:A C:D D:C');
    expect((await people.act('BE', 'confirm')).status).toBe(200);
    expect(await people.seen()).toBe('A:BE B:AE C:D D:C E:AB');
    // A doubt about what people had confirmed: all of it is looked at again.
    expect((await people.act('AE', 'refuse')).status).toBe(200);
    expect(await people.seen()).toBe('C:D D:C');
    expect(await people.pairs('review')).toEqual(['AB', 'AD', 'BC', 'BD', 'BE', 'CE', 'DE']);
  });

  it('holds nobody together by links that came to contradict each other by themselves', async () => {
    const others = new Bearers('110101196002050023');
    await others.come('A', 'B', 'C');
    await system.db.relay(system.ctx(county.countyId), async (tx) =>
      tx.change(`UPDATE person_link SET state = 'undone' WHERE county_id = $1 AND id = $2`, [
        county.countyId,
        (await others.link('AC')).linkId,
      ]),
    );
    expect(await others.pairs('linked')).toEqual(['AB', 'BC']);
    expect(await others.seen()).toBe('');
  });
});
