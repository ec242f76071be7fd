import type { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { System } from '../../../test/harness/system';
import type { Desk } from '../desk.fixture';
import { Archive } from './archive.fixture';
import { Verification } from './verification';
import { newVerificationCode } from './verification-code.rules';

let archive: Archive;
let system: System;
let desk: Desk;

beforeAll(async () => {
  archive = await Archive.open();
  ({ system, desk } = archive);
});
afterAll(() => archive.close());

describe('how often an address may ask', () => {
  const ask = (code: string, ip: string): Promise<string> =>
    system
      .get(Verification)
      .verify(code, { ip, requestId: newId() })
      .then(
        ({ verdict }) => verdict,
        (refusal: DomainError) => refusal.code,
      );
  const times = async (n: number, code: string, ip: string): Promise<string[]> => {
    const answers: string[] = [];
    for (let i = 0; i < n; i += 1) answers.push(await ask(code, ip));
    return answers;
  };

  it('a clinic that checks all sheets of its morning is not shut out', async () => {
    const { verificationCode } = await desk.signed();
    expect(new Set(await times(120, verificationCode, '10.0.0.1'))).toEqual(new Set(['unchanged']));
  });

  it('who guesses is, whatever he asks next, and nobody else', async () => {
    const { verificationCode } = await desk.signed();
    expect(new Set(await times(9, newVerificationCode(), '10.0.0.2'))).toEqual(new Set(['unknown_code']));
    expect(await ask(verificationCode, '10.0.0.2')).toBe('unchanged');
    expect(await times(2, 'nonsense', '10.0.0.2')).toEqual(['unknown_code', 'rate_limited']);
    expect(await ask(verificationCode, '10.0.0.2')).toBe('rate_limited');
    expect(await ask(verificationCode, '10.0.0.3')).toBe('unchanged');
  });

  const together = (codes: readonly string[], ip: string): Promise<string[]> =>
    Promise.all(codes.map((code) => ask(code, ip)));
  const wrongCodes = (n: number): string[] => Array.from({ length: n }, () => newVerificationCode());

  it('good codes at the same moment are all answered, however many', async () => {
    const { verificationCode } = await desk.signed();
    const answers = await together(
      Array.from({ length: 60 }, () => verificationCode),
      '10.0.0.5',
    );
    expect(answers).toEqual(Array.from({ length: 60 }, () => 'unchanged'));
  });

  it('guesses at the same moment are no more than guesses one after the other', async () => {
    const answers = await together(wrongCodes(40), '10.0.0.6');
    expect(answers.filter((answer) => answer === 'unknown_code')).toHaveLength(10);
    expect(answers.filter((answer) => answer === 'rate_limited')).toHaveLength(30);
    expect(await ask(newVerificationCode(), '10.0.0.6')).toBe('rate_limited');
  });

  it('a few mistakes among many good codes take nothing from these', async () => {
    const { verificationCode } = await desk.signed();
    const good = Array.from({ length: 40 }, () => verificationCode);
    const answers = await together([...wrongCodes(9), ...good], '10.0.0.7');
    expect(answers).toEqual([...Array.from({ length: 9 }, () => 'unknown_code'), ...good.map(() => 'unchanged')]);
    expect(await ask('nonsense', '10.0.0.7')).toBe('unknown_code');
    expect(await ask(verificationCode, '10.0.0.7')).toBe('rate_limited');
  });

  it('a flood of good codes is', async () => {
    const { verificationCode } = await desk.signed();
    // All at once: one after the other they would take more than the minute they count for, on a slow machine.
    const flood = Array.from({ length: 601 }, () => verificationCode);
    const answers = await together(flood, '10.0.0.4');
    expect(answers.filter((answer) => answer === 'unchanged')).toHaveLength(600);
    expect(answers.at(-1)).toBe('rate_limited');
  });
});
