import { SecretBox } from './secret-box';

const box = new SecretBox('an installation secret of some length', 'test');

it('opens what it has sealed, and seals the same text differently each time', () => {
  const [one, two] = [box.seal('whsec_密钥', 'row-1'), box.seal('whsec_密钥', 'row-1')];
  expect(one).not.toBe(two);
  expect(one).not.toContain('whsec');
  expect([box.open(one, 'row-1'), box.open(two, 'row-1')]).toEqual(['whsec_密钥', 'whsec_密钥']);
});

it('opens nothing for another row, purpose or installation', () => {
  const sealed = box.seal('text', 'row-1');
  expect(() => box.open(sealed, 'row-2')).toThrow();
  expect(() => new SecretBox('an installation secret of some length', 'other').open(sealed, 'row-1')).toThrow();
  expect(() => new SecretBox('another installation secret', 'test').open(sealed, 'row-1')).toThrow();
});

it('refuses what was changed, cut or never sealed', () => {
  const sealed = box.seal('text', 'row-1');
  const [form, iv, tag, text] = sealed.split('.') as [string, string, string, string];
  const flipped = Buffer.from(text, 'base64url');
  flipped[0]! ^= 1;
  const faulty = [
    [form, iv, tag, flipped.toString('base64url')],
    [form, iv, tag.slice(0, 6), text], // GCM would take a short tag for a tag
    ['v2', iv, tag, text],
    [form, iv, tag],
    [form, iv, tag, text, text],
  ].map((parts) => parts.join('.'));
  for (const one of [...faulty, '', 'whsec_plain']) expect(() => box.open(one, 'row-1')).toThrow();
});
