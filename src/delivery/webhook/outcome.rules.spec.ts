import { type AttemptPhase, classify, type Fault, type Observation } from './outcome.rules';

const answer = (status: number, complete = true): Observation => ({ seen: 'answer', status, complete });
const fault = (what: Fault, phase: AttemptPhase): Observation => ({ seen: 'fault', fault: what, phase });

describe('an answer', () => {
  it.each([200, 201, 202, 204, 299])('%i delivers', (status) => {
    expect(classify(answer(status))).toEqual({
      kind: 'delivered',
      code: `http_${status}`,
      endpoint: 'up',
      disableEndpoint: false,
      needsPerson: false,
    });
  });

  it('410 is permanent and is the only one that switches the endpoint off', () => {
    expect(classify(answer(410))).toMatchObject({ kind: 'permanent', disableEndpoint: true, needsPerson: true });
    for (let status = 200; status <= 599; status += 1) {
      expect(classify(answer(status)).disableEndpoint).toBe(status === 410);
    }
  });

  it.each([413, 415, 422])('%i refuses this content for good and says nothing against the endpoint', (status) => {
    expect(classify(answer(status))).toMatchObject({ kind: 'permanent', endpoint: 'up', needsPerson: true });
  });

  it.each([401, 403, 404, 405, 407, 409, 421, 426, 451])(
    '%i is the endpoint out of order: reports live, a person is told',
    (status) => {
      expect(classify(answer(status))).toMatchObject({ kind: 'transient', endpoint: 'down', needsPerson: true });
    },
  );

  it('400 keeps the report alive without holding back the others', () => {
    expect(classify(answer(400))).toMatchObject({ kind: 'transient', endpoint: 'up', needsPerson: true });
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('%i means not now', (status) => {
    expect(classify(answer(status))).toMatchObject({ kind: 'transient', endpoint: 'down', needsPerson: false });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('%i is a failure that a person must look at', (status) => {
    expect(classify(answer(status))).toMatchObject({ kind: 'transient', endpoint: 'down', needsPerson: true });
  });

  it.each([0, 99, 199, 600, 999])('%i is no status of HTTP', (status) => {
    expect(classify(answer(status))).toMatchObject({ kind: 'ambiguous', endpoint: 'down' });
  });

  it('that breaks off leaves a success in doubt, and a refusal as it is', () => {
    expect(classify(answer(200, false))).toMatchObject({ kind: 'ambiguous', code: 'answer_cut_short' });
    expect(classify(answer(500, false))).toEqual(classify(answer(500)));
    expect(classify(answer(410, false))).toEqual(classify(answer(410)));
  });
});

describe('no answer', () => {
  it.each<[Fault, AttemptPhase]>([
    ['endpoint_misconfigured', 'resolve'],
    ['address_refused', 'resolve'],
    ['dns_failed', 'resolve'],
    ['connect_refused', 'connect'],
    ['connect_timeout', 'connect'],
    ['connect_failed', 'connect'],
    ['tls_failed', 'connect'],
    ['total_timeout', 'connect'],
  ])('%s while nothing has left (%s) is transient', (what, phase) => {
    expect(classify(fault(what, phase))).toMatchObject({ kind: 'transient', code: what, endpoint: 'down' });
  });

  it.each<[Fault, AttemptPhase]>([
    ['reset', 'sent'],
    ['headers_timeout', 'sent'],
    ['total_timeout', 'sent'],
    ['garbage', 'sent'],
  ])('%s after sending (%s) is ambiguous', (what, phase) => {
    expect(classify(fault(what, phase))).toMatchObject({ kind: 'ambiguous', code: what, endpoint: 'down' });
  });

  it('calls a person for what time does not mend', () => {
    const called = (what: Fault): boolean => classify(fault(what, 'connect')).needsPerson;
    expect([called('endpoint_misconfigured'), called('address_refused'), called('tls_failed')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([called('dns_failed'), called('connect_refused'), called('reset')]).toEqual([false, false, false]);
  });
});
