import { attachmentAs, attachmentType, savedName } from './attachment.rules';

it.each([
  ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46]), 'image/jpeg'],
  ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), 'image/png'],
  ['a PDF', Buffer.from('%PDF-1.7'), 'application/pdf'],
  ['a PNG that lost its line end', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0a, 0x1a, 0x0a, 0]), undefined],
  ['a web page', Buffer.from('<html><b'), undefined],
  ['a program', Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), undefined],
  ['two bytes of a JPEG', Buffer.from([0xff, 0xd8]), undefined],
  ['nothing', Buffer.alloc(0), undefined],
])('knows %s by its first bytes', (_, first, type) => {
  expect(attachmentType(first)).toBe(type);
});

it.each([
  ['申请单.jpeg', 'image/jpeg', '申请单.jpg'],
  ['申请单.pdf.exe', 'application/pdf', '申请单.pdf'],
  ['../../etc/passwd', 'image/png', '....etcpasswd.png'],
  ['a"b\r\nc', 'application/pdf', 'abc.pdf'],
  ['.pdf', 'application/pdf', '附件.pdf'],
  ['  ', 'image/png', '附件.png'],
] as const)('saves %j as %s', (name, type, saved) => {
  expect(savedName(name, type)).toBe(saved);
});

it('puts no byte into the header that ends it', () => {
  const header = attachmentAs("老片(1)'.pdf");
  expect(header).toBe(`attachment; filename="__(1)'.pdf"; filename*=UTF-8''%E8%80%81%E7%89%87%281%29%27.pdf`);
});
