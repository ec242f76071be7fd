export const ATTACHMENT_KINDS = ['request_form', 'old_report', 'other'] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

export type AttachmentType = 'image/jpeg' | 'image/png' | 'application/pdf';

export const MAX_ATTACHMENT_BYTES = 10 * 2 ** 20;
export const MAX_ATTACHMENTS = 20;

/** How many of the first bytes {@link attachmentType} wants to see. */
export const MAGIC_BYTES = 8;

const MAGIC: readonly (readonly [AttachmentType, Buffer])[] = [
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['application/pdf', Buffer.from('%PDF-')],
];

/** What a file is by its first bytes, whatever its name or its sender says; undefined for everything not taken. */
export function attachmentType(first: Buffer): AttachmentType | undefined {
  return MAGIC.find(([, magic]) => first.subarray(0, magic.length).equals(magic))?.[0];
}

/** Not allowed in file names by one system or another, besides control and formatting characters. */
const UNSAFE = /[\\/:*?"<>|\p{Cc}\p{Cf}]/gu;
const EXTENSIONS: Readonly<Record<AttachmentType, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'application/pdf': '.pdf',
};

/** The name under which it is saved: the sender's without what no system takes, with the ending of what it really is. */
export function savedName(name: string, type: AttachmentType): string {
  const bare = name
    .replace(UNSAFE, '')
    .replace(/(\.\w{1,5})+$/, '')
    .trim();
  return (bare === '' ? '附件' : bare) + EXTENSIONS[type];
}

/** Content-Disposition that makes a browser save and not show (RFC 6266, RFC 8187), with an ASCII name beside. */
export function attachmentAs(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
