import { createHash } from 'node:crypto';
import type { Answer } from '../../../test/harness/json-client';
import { ManualClock } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { Shift } from '../../worklist/shift.fixture';
import { Consultants } from './consultants.fixture';

let clock: ManualClock;
let system: System;
let shift: Shift;
let consultants: Consultants;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  shift = await Shift.begin(system, ['writer11', 'reviewer21', 'chief2']);
  consultants = new Consultants(shift);
});
afterAll(() => system.stop());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const step = (who: string, id: string, verb: string, body: object = {}): Promise<Answer> =>
  consultants.step(who, id, verb, body);

describe('a co-signed opinion', () => {
  const opinion = '符合右上肺周围型肺癌。';

  it('carries the name of who confirmed this very text', async () => {
    const { id } = await consultants.asked({ access: 'co_sign' });
    await step('chief2', id, 'accept');
    for (const [confirmed, code] of [
      [undefined, 'confirmation_needed'],
      [sha256(`${opinion} `), 'confirmation_mismatch'],
    ] as const) {
      const refused = await step('chief2', id, 'answer', {
        opinion,
        ...(confirmed ? { confirmedSha256: confirmed } : {}),
      });
      expect(refused.body.code).toBe(code);
    }
    const { body } = await step('chief2', id, 'answer', { opinion, confirmedSha256: sha256(opinion) });
    expect(body.opinion).toMatchObject({
      sha256: sha256(opinion),
      by: '主任2',
      coSignature: 'SIGNED',
      coSignedAt: clock.now().toISOString(),
    });
  });
});

describe('an answer', () => {
  const [first, later] = ['考虑结核。', '考虑结核，建议痰检。'];

  async function answered(access: 'read_only' | 'co_sign'): Promise<string> {
    const { id } = await consultants.asked({ access });
    await step('chief2', id, 'accept');
    const confirmed = access === 'co_sign' ? { confirmedSha256: sha256(first) } : {};
    expect((await step('chief2', id, 'answer', { opinion: first, ...confirmed })).status).toBe(200);
    return id;
  }

  it('that is changed loses its co-signature, and is not taken over until it is signed again', async () => {
    const id = await answered('co_sign');
    const changed = await step('chief2', id, 'revise', { opinion: later });
    expect(changed.body).toMatchObject({
      state: 'ANSWERED',
      opinion: {
        text: later,
        coSignature: 'FALLEN',
        coSignedAt: null,
        former: [{ text: first, sha256: sha256(first) }],
      },
    });
    expect((await consultants.noticed('writer11', id)).map(({ text }) => text)[0]).toMatch(
      /意见已修改，联合署名因此失效$/,
    );
    expect((await step('writer11', id, 'close', { takenOver: true })).body.code).toBe('co_signature_fallen');
    expect((await shift.as('writer11').get(`/api/consultations/${id}`)).body.state).toBe('ANSWERED');
    // Somebody who still has the former words before him confirms those, and not what stands there.
    expect((await step('chief2', id, 'co-sign', { confirmedSha256: sha256(first) })).body.code).toBe(
      'confirmation_mismatch',
    );
    expect((await step('reviewer21', id, 'co-sign', { confirmedSha256: sha256(later) })).body.code).toBe(
      'consultation_of_other',
    );
    expect((await step('chief2', id, 'co-sign', { confirmedSha256: sha256(later) })).body.opinion).toMatchObject({
      coSignature: 'SIGNED',
    });
    expect((await step('chief2', id, 'co-sign', { confirmedSha256: sha256(later) })).body.code).toBe(
      'co_signature_conflict',
    );
    expect((await step('writer11', id, 'close', { takenOver: true })).body.state).toBe('CLOSED');
    expect((await step('chief2', id, 'revise', { opinion: first })).body).toMatchObject({
      code: 'consultation_state_conflict',
      params: { state: 'CLOSED' },
    });
  });

  it('is changed and signed in one go, or changed as mere advice', async () => {
    const id = await answered('co_sign');
    const both = await step('chief2', id, 'revise', { opinion: later, confirmedSha256: sha256(later) });
    expect(both.body.opinion).toMatchObject({ text: later, coSignature: 'SIGNED' });
    const advice = await answered('read_only');
    expect((await step('chief2', advice, 'co-sign', { confirmedSha256: sha256(first) })).body.code).toBe(
      'co_signature_conflict',
    );
    expect((await step('chief2', advice, 'revise', { opinion: later })).body.opinion).toMatchObject({
      text: later,
      coSignature: 'NONE',
    });
    expect((await step('reviewer21', advice, 'revise', { opinion: first })).body.code).toBe('consultation_of_other');
  });

  it('is taken over, left, and taken over again, but not twice the same', async () => {
    const id = await answered('read_only');
    for (const takenOver of [true, false, true])
      expect((await step('writer11', id, 'close', { takenOver })).body.opinion).toMatchObject({ takenOver });
    expect((await step('writer11', id, 'close', { takenOver: true })).body).toMatchObject({
      code: 'already_decided',
      params: { decision: '已采用' },
    });
    expect((await consultants.noticed('chief2', id)).map(({ text }) => text)[0]).toMatch(/的会诊意见已采用$/);
  });

  it('is withdrawn by its author alone, with a reason, and then is no longer to be had', async () => {
    const id = await answered('co_sign');
    expect((await step('reviewer21', id, 'withdraw', { reason: '试' })).body.code).toBe('consultation_of_other');
    expect((await step('chief2', id, 'withdraw', {})).body.code).toBe('invalid_input');
    expect((await step('chief2', id, 'withdraw', { reason: '看错检查' })).body).toMatchObject({
      state: 'WITHDRAWN',
      endReason: '看错检查',
      endedBy: '主任2',
    });
    expect((await step('writer11', id, 'close', { takenOver: true })).body).toMatchObject({
      code: 'consultation_state_conflict',
      params: { state: 'WITHDRAWN' },
    });
    expect((await consultants.noticed('writer11', id)).map(({ text }) => text)[0]).toMatch(/意见已由会诊医师撤回$/);
    const own = await shift.room.audit(id);
    expect(own.map((row) => row.action)).toEqual([
      'consultation.accept',
      'consultation.answer',
      'consultation.withdraw',
    ]);
  });
});
