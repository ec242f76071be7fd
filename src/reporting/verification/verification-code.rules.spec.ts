import { newVerificationCode, readVerificationCode, verificationCodeOf } from './verification-code.rules';

describe('verification code', () => {
  it('writes 80 bits as four groups of four', () => {
    expect(verificationCodeOf(Buffer.alloc(10, 0x00))).toBe('0000-0000-0000-0000');
    expect(verificationCodeOf(Buffer.alloc(10, 0xff))).toBe('ZZZZ-ZZZZ-ZZZZ-ZZZZ');
    expect(verificationCodeOf(Buffer.from('00443214c74254b635cf', 'hex'))).toBe('0123-4567-89AB-CDEF');
  });

  it('needs exactly ten bytes', () => {
    expect(() => verificationCodeOf(Buffer.alloc(9))).toThrow(RangeError);
  });

  it('is another one every time and can be read back', () => {
    const codes = Array.from({ length: 200 }, newVerificationCode);
    expect(new Set(codes).size).toBe(200);
    for (const code of codes) expect(readVerificationCode(code)).toBe(code);
  });

  it.each([
    ['0123-4567-89AB-CDEF'],
    ['0123456789abcdef'],
    [' o123 4567 89ab cdef '],
    ['O123－4567—89AB–CDEF'],
    ['oi23-4567-89ab-cdef'],
    ['0L23-4567-89AB-CDEF'],
    ['０１２３４５６７８９ＡＢＣＤＥＦ'],
  ])('reads %s as it was meant', (typed) => {
    expect(readVerificationCode(typed)).toBe('0123-4567-89AB-CDEF');
  });

  it.each([[''], ['0123-4567-89AB-CDE'], ['0123-4567-89AB-CDEFG'], ['U123-4567-89AB-CDEF'], ["' OR 1=1 --12345"]])(
    'takes %p for no code',
    (typed) => {
      expect(readVerificationCode(typed)).toBeUndefined();
    },
  );
});
