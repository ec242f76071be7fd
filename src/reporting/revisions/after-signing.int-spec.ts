import { imagesOf } from '../../../test/harness/signed-exam';
import { stow } from '../../../test/harness/stow';
import { until } from '../../../test/harness/wait';
import { LateImagesTasks } from './late-images';
import { report, TEXT } from '../desk.fixture';
import { type Claim, codeOf, must, RevisionRoom, seenOf } from './revisions.fixture';

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

interface Told {
  readonly kind: string;
  readonly examId: string;
  readonly text: string;
}

const noticesOf = async (who: 'doctor01' | 'doctor02' | 'reviewer21', exam: string): Promise<Told[]> => {
  const { body } = await room.people[who].get('/api/notices?open=true&limit=200');
  return (body.items as Told[]).filter(({ examId }) => examId === exam);
};

const standings = async (exam: string) => {
  const { body } = await room.people.chief1.get(report(exam));
  const codes = (body.versions as { verificationCode: string }[]).map(({ verificationCode }) => verificationCode);
  const answers = await Promise.all(codes.map((code) => room.people.chief1.get(`/api/verify/${code}`)));
  return answers.map(
    (answer) => must(answer) as { kind: string; standing: string; amending: boolean; intact: boolean },
  );
};

describe('信息更正', () => {
  const EVIDENCE = {
    changes: { patientName: '张叁', idNumber: '11010519491231002X' },
    evidence: '身份证原件，窗口核对',
  };

  it('is asked for by the clinic with evidence and confirmed by a reviewer; the findings stay untouched', async () => {
    const { exam, entry } = await room.delivered();
    must(await room.see(entry));
    const asked = must(await room.post('tech01', exam, '/demographics', EVIDENCE)) as { requestId: string };
    expect(codeOf(await room.post('doctor01', exam, '/demographics', EVIDENCE))).toEqual([409, 'demographics_asked']);
    expect((await room.post('doctor02', exam, '/demographics', EVIDENCE)).status).toBe(404);
    const { body: open } = await room.people.reviewer21.get('/api/demographics?open');
    expect(open.items).toMatchObject([
      { requestId: asked.requestId, evidence: EVIDENCE.evidence, changes: EVIDENCE.changes },
    ]);
    expect(await noticesOf('reviewer21', exam)).toMatchObject([{ kind: 'report.demographics-asked' }]);

    const confirm = `/demographics/${asked.requestId}/confirm`;
    expect((await room.post('writer12', exam, confirm, {})).status).toBe(403);
    expect(must(await room.post('reviewer22', exam, confirm, {}))).toMatchObject({ number: 2, kind: 'demographics' });
    expect(codeOf(await room.post('reviewer22', exam, confirm, {}))).toEqual([409, 'demographics_decided']);
    // Who compared an identity card has signed no finding.
    const amend = { reason: '漏看左肺' };
    expect(codeOf(await room.post('reviewer22', exam, '/amend', amend))).toEqual([403, 'not_the_signer']);
    must(await room.post('reviewer21', exam, '/amend', amend));
    must(await room.post('reviewer21', exam, '/amend/cancel', { reason: '无需更正' }));
    // Asked by a reader: what the clinic opens it has seen, and its entry says so.
    const [before, after] = (await room.people.reviewer21.get(report(exam))).body.versions;
    expect(after).toMatchObject({
      kind: 'demographics',
      subject: { patientName: '张叁' },
      reason: '患者信息更正：姓名、证件号码',
    });
    const audited = await room.rows<{ reason: string }>(
      "SELECT reason FROM audit_event WHERE subject_id = $1 AND action = 'exam.demographics'",
      exam,
    );
    expect(audited).toEqual([{ reason: `信息更正申请 ${asked.requestId}` }]);
    expect([after.findings, after.impression, after.writer]).toEqual([
      before.findings,
      before.impression,
      before.writer,
    ]);
    const [row] = await room.rows(
      `SELECT e.patient_name, e.name_pinyin, e.id_number, p.name, p.id_number AS patient_id_number
       FROM exam e JOIN patient p ON p.id = e.patient_id WHERE e.id = $1`,
      exam,
    );
    expect(row).toMatchObject({
      patient_name: '张叁',
      name: '张叁',
      id_number: '11010519491231002X',
      patient_id_number: '11010519491231002X',
    });
    const [first, second] = await room.entries(exam, 2);
    expect(first!.supersededBy).toBe(second!.deliveryId);
    expect(second).toMatchObject({
      kind: 'demographics',
      supersedes: 1,
      state: 'SENT',
      report: { patient: { name: '张叁' } },
    });
  });

  const asked = async (exam: string, changes: object): Promise<string> => {
    const body = { changes, evidence: '户口本' };
    return `/demographics/${(must(await room.post('tech01', exam, '/demographics', body)) as { requestId: string }).requestId}`;
  };

  it('leaves an addendum in force, wherever one asks', async () => {
    const { exam } = await room.delivered();
    const added = must(
      await room.post('writer11', exam, '/addendum', { reason: '补充描述', findings: '另见肝囊肿。' }),
    ) as Claim;
    must(await room.post('reviewer22', exam, '/sign', seenOf(added)));
    must(await room.post('reviewer22', exam, `${await asked(exam, EVIDENCE.changes)}/confirm`, {}));
    const { versions } = (await room.people.doctor01.get(report(exam))).body;
    expect(versions).toMatchObject([
      { kind: 'final', supersededBy: 3 },
      { kind: 'addendum', supersededBy: null },
      { kind: 'demographics', supersededBy: null },
    ]);
    const entries = await room.entries(exam, 3);
    expect(entries.map(({ supersededBy }) => supersededBy)).toEqual([entries[2]!.deliveryId, null, null]);
    expect(await standings(exam)).toMatchObject([
      { standing: 'superseded', supersededByKind: 'demographics' },
      { standing: 'in_force', verdict: 'unchanged', addenda: [] },
      { standing: 'in_force', addenda: [2], message: expect.stringContaining('补充报告（第 2 版）') },
    ]);
    // A correction that follows begins with all that is in force.
    must(await room.post('reviewer22', exam, '/amend', { reason: '描述有误' }));
    const { amendment } = (await room.people.reviewer22.get(report(exam))).body;
    expect(amendment.findings).toBe(`${TEXT.findings}\n补充：另见肝囊肿。`);
  });

  it('is not confirmed while it is in doubt whose images they are', async () => {
    const { exam } = await room.delivered();
    const request = await asked(exam, EVIDENCE.changes);
    await room.change('UPDATE exam SET identity_hold_at = now() WHERE id = $1', exam);
    expect(codeOf(await room.post('reviewer22', exam, `${request}/confirm`, {}))).toEqual([409, 'identity_on_hold']);
    expect(await room.allEntriesOf(exam)).toHaveLength(1);
  });

  it('is refused where the text does not fit the patient as he is then: that is a correction', async () => {
    const { exam } = await room.delivered({ findings: '右肺上叶见小结节。前列腺增大。' });
    const request = await asked(exam, { sex: 'F' });
    const refused = await room.post('reviewer22', exam, `${request}/confirm`, {});
    expect(codeOf(refused)).toEqual([409, 'lint_errors']);
    expect(refused.body.params.codes).toEqual(['SEX_ORGAN']);
    const [row] = await room.rows('SELECT sex FROM exam WHERE id = $1', exam);
    expect(row).toEqual({ sex: 'M' });
  });

  it('is declined with a reason, which the clinic is told', async () => {
    const { exam } = await room.delivered();
    const changes = { birthDate: '1959-02-03' };
    const { requestId } = must(await room.post('doctor01', exam, '/demographics', { ...EVIDENCE, changes })) as {
      requestId: string;
    };
    must(await room.post('reviewer21', exam, `/demographics/${requestId}/decline`, { reason: '张三的凭据不清' }));
    expect(codeOf(await room.post('reviewer21', exam, `/demographics/${requestId}/confirm`, {}))).toEqual([
      409,
      'demographics_decided',
    ]);
    // Why, in the reviewer's own words, is in the clinic's list of its requests: a notice may leave the centre.
    const [told, ...more] = await noticesOf('doctor01', exam);
    expect([told, more]).toMatchObject([{ kind: 'report.demographics-declined' }, []]);
    expect(told!.text).toMatch(/未被接受，原因见申请记录$/);
    const { items } = must(await room.people.doctor01.get('/api/demographics/own?open=false')) as {
      items: { requestId: string }[];
    };
    expect(items.find((item) => item.requestId === requestId)).toMatchObject({ decisionReason: '张三的凭据不清' });
    expect(await room.allEntriesOf(exam)).toHaveLength(1);
  });

  it('names what is really another fact, and waits for no unfinished correction', async () => {
    const { exam } = await room.delivered();
    const same = { changes: { sex: 'M' }, evidence: '身份证' };
    expect(codeOf(await room.post('doctor01', exam, '/demographics', same))).toEqual([409, 'demographics_same']);
    expect((await room.post('doctor01', exam, '/demographics', { changes: {}, evidence: '身份证' })).status).toBe(400);
    must(await room.post('reviewer21', exam, '/amend', { reason: '侧别有误' }));
    expect(codeOf(await room.post('doctor01', exam, '/demographics', EVIDENCE))).toEqual([409, 'exam_state_conflict']);
  });
});

describe('every kind of version', () => {
  it('is set in type, stands in one chain, and says under its code where it stands', async () => {
    const { exam } = await room.delivered();
    const added = must(
      await room.post('writer11', exam, '/addendum', { reason: '补充描述', findings: '另见肝囊肿。' }),
    ) as Claim;
    must(await room.post('reviewer22', exam, '/sign', seenOf(added)));
    await room.corrected(exam);
    const { requestId } = must(
      await room.post('tech01', exam, '/demographics', { changes: { sex: 'F' }, evidence: '户口本' }),
    ) as { requestId: string };
    must(await room.post('reviewer22', exam, `/demographics/${requestId}/confirm`, {}));
    must(await room.post('reviewer11', exam, '/amend', { reason: '描述有误' }));
    const amended = await standings(exam);
    expect(amended.at(-1)).toMatchObject({ kind: 'demographics', standing: 'in_force', amending: true });
    must(await room.post('chief1', exam, '/void', { reason: '患者有误' }));
    const versions = await until('five sheets', async () => {
      const { body } = await room.people.chief1.get(report(exam));
      return (
        (body.versions as { kind: string; pdf: object | null }[]).every(({ pdf }) => pdf !== null) && body.versions
      );
    });
    expect(versions.map(({ kind }: { kind: string }) => kind)).toEqual([
      'final',
      'addendum',
      'corrected',
      'demographics',
      'void',
    ]);
    const told = await standings(exam);
    expect(told.map(({ standing }) => standing)).toEqual(Array.from({ length: 5 }, () => 'void'));
    expect(told.map(({ intact }) => intact)).toEqual(Array.from({ length: 5 }, () => true));
    // Whatever became of it, the clinic's system got each of them in its order.
    const entries = await room.entries(exam, 5);
    expect(entries.map(({ reportVersion }) => reportVersion.number)).toEqual([1, 2, 3, 4, 5]);
    expect(entries.map(({ supersededBy }) => supersededBy)).toEqual([
      ...Array.from({ length: 4 }, () => entries[4]!.deliveryId),
      null,
    ]);
  });
});

describe('作废', () => {
  it('takes a report on the wrong patient out of force, tells both clinics, and deletes nothing', async () => {
    const { exam, versionId, entry } = await room.delivered();
    must(await room.see(entry));
    const other = await room.desk.queued({ patientLocalId: 'P002', patientName: '李四' });
    // It belongs to the clinic beside.
    await room.change('UPDATE exam SET clinic_id = $2 WHERE id = $1', other, room.county.clinics[1]!.id);
    expect((await room.post('reviewer21', exam, '/void', { reason: '患者有误' })).status).toBe(403);
    expect((await room.post('chief1', exam, '/void', {})).status).toBe(400);
    expect(codeOf(await room.post('chief1', exam, '/void', { reason: '患者有误', otherExamId: exam }))).toEqual([
      400,
      'other_exam_same',
    ]);
    must(await room.post('tech01', exam, '/demographics', { changes: { sex: 'F' }, evidence: '户口本' }));
    must(await room.post('chief1', exam, '/void', { reason: '患者有误', otherExamId: other }));
    const asked = await room.rows('SELECT state, decision_reason FROM report_demographics WHERE exam_id = $1', exam);
    expect(asked).toEqual([{ state: 'DECLINED', decision_reason: '患者有误' }]);
    expect(await room.stateOf(exam)).toBe('VOID');
    const [first, second] = await room.entries(exam, 2);
    expect(first).toMatchObject({ state: 'SEEN', supersededBy: second!.deliveryId });
    expect(second).toMatchObject({ kind: 'void', supersedes: 1, reason: '患者有误', state: 'SENT' });
    expect(second!.report!.impression).toContain('作废');
    const { versions } = (await room.people.doctor01.get(report(exam))).body;
    expect(versions).toMatchObject([
      { versionId, supersededBy: 2, findings: expect.stringContaining('结节') },
      { kind: 'void' },
    ]);
    expect(await noticesOf('doctor01', exam)).toContainEqual(expect.objectContaining({ kind: 'report.voided' }));
    expect(await noticesOf('doctor02', other)).toMatchObject([{ kind: 'report.voided' }]);
    expect(codeOf(await room.post('chief1', exam, '/void', { reason: '患者有误' }))).toEqual([
      409,
      'exam_state_conflict',
    ]);
  });

  it('ends a correction that is on its way, by the exam’s own route too', async () => {
    const { exam } = await room.delivered();
    const seen = seenOf(await room.correction(exam));
    const [voided, signed] = [
      await room.people.admin.post(`/api/exams/${exam}/void`, { reason: '患者有误' }),
      await room.post('reviewer11', exam, '/sign', seen),
    ];
    expect([voided.status, signed.status]).toEqual([200, 409]);
    expect(await room.stateOf(exam)).toBe('VOID');
    expect((await room.entries(exam, 2))[1]).toMatchObject({ kind: 'void' });
    const amendments = await room.rows('SELECT state FROM report_amendment WHERE exam_id = $1', exam);
    expect(amendments).toEqual([{ state: 'CANCELLED' }]);
  });

  it('needs a report that stands', async () => {
    const { exam } = await room.desk.underReview();
    expect(codeOf(await room.post('admin', exam, '/void', { reason: '重复登记' }))).toEqual([409, 'no_report_stands']);
    expect(codeOf(await room.post('chief1', exam, '/void', { reason: '重复登记' }))).toEqual([403, 'void_forbidden']);
    expect(await room.stateOf(exam)).toBe('REVIEWING');
    const { exam: recalled } = await room.delivered();
    must(await room.post('reviewer21', recalled, '/recall', { reason: '漏看' }));
    expect(codeOf(await room.post('admin', recalled, '/void', { reason: '重复登记' }))).toEqual([
      409,
      'no_report_stands',
    ]);
  });

  it('by two at once makes one void version', async () => {
    const { exam } = await room.delivered();
    const answers = await Promise.all(
      (['chief1', 'admin', 'chief1', 'admin'] as const).map((who) =>
        room.post(who, exam, '/void', { reason: '患者有误' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const versions = await room.rows('SELECT kind FROM report_version WHERE exam_id = $1 ORDER BY number', exam);
    expect(versions).toEqual([{ kind: 'final' }, { kind: 'void' }]);
  });
});

describe('images after the signature', () => {
  interface Task {
    readonly taskId: string;
    readonly examId: string;
    readonly imageSet: number;
    readonly answer: string | null;
  }

  /** As when a console sends another series: the exam's image set rises, and the news is told as often as it likes. */
  async function arrive(exam: string, times = 1): Promise<void> {
    await room.change('UPDATE exam SET image_set = image_set + 1 WHERE id = $1', exam);
    for (let i = 0; i < times; i += 1) {
      const ctx = room.system.ctx(room.county.countyId);
      await room.system.db.write(ctx, (tx) => room.system.get(LateImagesTasks).open(tx, exam));
    }
  }

  const tasksOf = async (exam: string, query = 'open'): Promise<Task[]> => {
    const { body } = await room.people.reviewer21.get(`/api/late-images?${query}`);
    return (body.items as Task[]).filter(({ examId }) => examId === exam);
  };

  it('open one task for the signer, however often they are told, until he says that nothing changes', async () => {
    const { exam } = await room.delivered();
    await arrive(exam, 3);
    const [task, ...others] = await tasksOf(exam);
    expect(others).toEqual([]);
    expect(await noticesOf('reviewer21', exam)).toMatchObject([{ kind: 'report.late-images' }]);
    await arrive(exam);
    expect(await tasksOf(exam)).toMatchObject([{ taskId: task!.taskId, imageSet: task!.imageSet + 1 }]);
    const path = `/api/late-images/${task!.taskId}/confirm`;
    const seen = { imageSet: task!.imageSet + 1 };
    expect(codeOf(await room.people.reviewer11.post(path, seen))).toEqual([403, 'not_the_signer']);
    // He has looked at the images of the first message.
    const early = await room.people.reviewer21.post(path, { imageSet: task!.imageSet });
    expect(codeOf(early)).toEqual([409, 'stale_image_set']);
    expect(early.body.params).toMatchObject({ imageSet: seen.imageSet });
    expect(must(await room.people.reviewer21.post(path, { ...seen, note: '补传定位像' }))).toMatchObject({
      answer: 'unchanged',
    });
    expect(codeOf(await room.people.reviewer21.post(path, seen))).toEqual([409, 'late_images_answered']);
    await arrive(exam, 0);
    const ctx = room.system.ctx(room.county.countyId);
    await room.change('UPDATE exam SET image_set = image_set - 1 WHERE id = $1', exam);
    await room.system.db.write(ctx, (tx) => room.system.get(LateImagesTasks).open(tx, exam));
    expect(await tasksOf(exam)).toEqual([]);
  });

  it('are answered by a correction that was signed with them before the eyes', async () => {
    const { exam } = await room.delivered();
    await arrive(exam);
    const opened = must(await room.post('reviewer21', exam, '/amend', { reason: '补传影像见病变' })) as Claim;
    const written = await room.desk.put(room.people.reviewer21, exam, seenOf(opened), { findings: '另见左肺结节。' });
    const stale = { ...written, imageSet: written.imageSet - 1 };
    expect(codeOf(await room.post('reviewer21', exam, '/submit', stale))).toEqual([409, 'stale_image_set']);
    const submitted = must(await room.post('reviewer21', exam, '/submit', written)) as Claim;
    expect(await tasksOf(exam)).toHaveLength(1);
    must(await room.post('reviewer11', exam, '/sign', seenOf(submitted)));
    expect(await tasksOf(exam)).toEqual([]);
    expect(await tasksOf(exam, 'open=false')).toMatchObject([{ answer: 'corrected' }]);
  });

  it('are no question any more once the report that was signed without them is called back or voided', async () => {
    for (const [step, who, answer] of [
      ['/recall', 'reviewer21', 'recalled'],
      ['/void', 'chief1', 'void'],
    ] as const) {
      const { exam } = await room.delivered();
      await arrive(exam);
      expect(await tasksOf(exam)).toHaveLength(1);
      must(await room.post(who, exam, step, { reason: '患者有误' }));
      expect(await tasksOf(exam)).toEqual([]);
      expect(await tasksOf(exam, 'open=false')).toMatchObject([{ answer }]);
    }
  });

  it('open none before the signature', async () => {
    const { exam } = await room.desk.underReview();
    await arrive(exam);
    expect(await tasksOf(exam)).toEqual([]);
  });

  it('are heard of through the real door', async () => {
    const { exam } = await room.delivered();
    const [known] = await room.rows<{ accessionNumber: string; patientLocalId: string }>(
      `SELECT accession_number AS "accessionNumber", patient_local_id AS "patientLocalId" FROM exam WHERE id = $1`,
      exam,
    );
    const images = imagesOf({ ...known!, patientName: '张三' });
    const sent = await stow(
      room.system.url,
      room.county.clinics[0]!.key,
      images.map(({ bytes }) => bytes),
    );
    expect(sent.status).toBe(200);
    const [task] = await until('the task', async () => {
      const found = await tasksOf(exam);
      return found.length > 0 && found;
    });
    expect(task).toMatchObject({ imageSet: 1, answer: null });
  });
});
