import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that a code can be read from paper and typed without doubt. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 16;
const GROUP = 4;
const RANDOM_BYTES = (CHARACTERS * 5) / 8;

/** A new code like `7K3M-0QZ8-XW2P-91HD`: 80 random bits, which nobody guesses at the rate that verification allows. */
export const newVerificationCode = (): string => verificationCodeOf(randomBytes(RANDOM_BYTES));

/** Writes exactly 10 bytes as a code. */
export function verificationCodeOf(bytes: Buffer): string {
  if (bytes.length !== RANDOM_BYTES) throw new RangeError(`a code is made of ${RANDOM_BYTES} bytes`);
  const number = BigInt(`0x${bytes.toString('hex')}`);
  const digits = Array.from({ length: CHARACTERS }, (_, i) => {
    const digit = (number >> BigInt(5 * (CHARACTERS - 1 - i))) & 31n;
    return ALPHABET.charAt(Number(digit));
  });
  return grouped(digits.join(''));
}

/**
 * The code that a person meant: small letters, spaces, missing or other dashes, O for 0 and I or L for 1 are all taken;
 * undefined for what cannot be a code.
 */
export function readVerificationCode(typed: string): string | undefined {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Dash}]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  return code.length === CHARACTERS && [...code].every((char) => ALPHABET.includes(char)) ? grouped(code) : undefined;
}

const grouped = (code: string): string => code.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? '';
