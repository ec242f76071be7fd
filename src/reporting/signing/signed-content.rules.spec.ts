import { subject, version } from '../report.fixture';
import { contentSha256, signedContent } from './signed-content.rules';

const hash = contentSha256(version);

/** The same report as the forms before it had it: nobody was asked for the technician, nothing joined it. */
const { technician: _, ...earlySubject } = subject;
const early = {
  ...version,
  key_images: null,
  subject: earlySubject as typeof subject,
  annexes: null,
  writer_handwriting_sha256: null,
  reviewer_handwriting_sha256: null,
};

// Taken with another program: Python's json.dumps with sorted keys and no spaces, and its hashlib.
it('is the hash that any other implementation of RFC 8785 and SHA-256 gives', () => {
  expect(hash).toBe('595009c445be4db0a4adefd2b82786f6fa75fcd17b266e3e1fed1e314031a4a4');
});

it('is still the hash of form 3 for what was signed without key images', () => {
  expect(contentSha256({ ...version, content_form: 3, key_images: null })).toBe(
    '79b4acccc1ca2443372e11592a23b0e94a6e72963c63c6afdf9cfc3a26ca8497',
  );
});

it('is still the hash of form 2 for what was signed without technician, handwriting and annexes', () => {
  expect(contentSha256({ ...early, content_form: 2 })).toBe(
    '67da6505ee298637e65b6d1a3893b3e3bc14ac2ca29da24d53ba1ec7236d9171',
  );
});

it('is still the hash of form 1 for what was signed before there were signatures', () => {
  const first = { ...early, content_form: 1, image_count: null, images_sha256: null } as const;
  expect(contentSha256(first)).toBe('5efb1c43e482b81bed2cae6d93eef5c55de4536f94e7011e590eec49d199f5a3');
});

it.each([1, 2] as const)('is another where a version of form %i has got what only form 3 knows', (content_form) => {
  const before = contentSha256({ ...early, content_form });
  expect(contentSha256({ ...early, content_form, annexes: version.annexes })).not.toBe(before);
  expect(contentSha256({ ...early, content_form, annexes: [] })).not.toBe(before);
  expect(contentSha256({ ...early, content_form, reviewer_handwriting_sha256: 'b'.repeat(64) })).not.toBe(before);
});

it.each([1, 2, 3] as const)('is another where a version of form %i has got what only form 4 knows', (content_form) => {
  const base = content_form === 3 ? { ...version, key_images: null } : early;
  const before = contentSha256({ ...base, content_form });
  for (const key_images of [version.key_images, []])
    expect(contentSha256({ ...base, content_form, key_images })).not.toBe(before);
});

it('does not depend on the order in which Postgres keeps the members of a jsonb', () => {
  const turned = Object.fromEntries(Object.entries(subject).reverse()) as unknown as typeof subject;
  expect(contentSha256({ ...version, subject: turned })).toBe(hash);
});

it.each([
  ['a character of the findings', { findings: '两肺清晰，' }],
  ['the impression', { impression: '胸部未见异常' }],
  ['the positive mark', { positive: 1 as const }],
  ['the patient', { subject: { ...subject, patientName: '张叁' } }],
  ['the side', { subject: { ...subject, laterality: 'L' as const } }],
  ['a study', { subject: { ...subject, studyUids: ['1.2.826.0.1.1'] } }],
  ['the images seen', { image_set: 2 }],
  ['the writer', { writer_name: '李五' }],
  ['the reviewer', { reviewer_id: version.writer_id }],
  ['the number of images', { image_count: 3 }],
  ['the list of images', { images_sha256: 'e'.repeat(64) }],
  ['the form', { content_form: 2 as const }],
  ['the technician', { subject: { ...subject, technician: '钱七' } }],
  ['the writer’s handwriting', { writer_handwriting_sha256: null }],
  ['the reviewer’s handwriting', { reviewer_handwriting_sha256: 'a'.repeat(64) }],
  ['the loss of an opinion', { annexes: [] }],
  ['a word of an opinion', { annexes: [{ ...version.annexes![0]!, text: '不同意目前诊断。' }] }],
  ['whose opinion it is', { annexes: [{ ...version.annexes![0]!, doctor: '周亮' }] }],
  ['the loss of a key image', { key_images: version.key_images!.slice(1) }],
  ['the order of the key images', { key_images: version.key_images!.toReversed() }],
  ['the window of a key image', { key_images: [{ ...version.key_images![0]!, window: { center: 40, width: 400 } }] }],
  ['a second of the signature', { signed_at: new Date('2026-03-05T06:32:51Z') }],
  ['the number', { number: 2 }],
  ['the kind', { kind: 'corrected' as const }],
  ['the clinic', { clinic_id: version.county_id }],
])('changes with %s', (_, change) => {
  expect(contentSha256({ ...version, ...change })).not.toBe(hash);
});

it('covers every column of a version but its own seal and where the PDF lies', () => {
  const seal = ['content_sha256', 'signature', 'signature_algorithm', 'signature_key_id', 'verification_code'];
  const later = ['pdf_sha256', 'pdf_bytes', 'pdf_at', 'supersedes_number', 'signature_reliable', 'recalled_at'];
  const beside = ['recall_reason', 'amending_since', 'amending_reason', 'copied_from_id'];
  // The form decides how it is put together: it is in there as a number.
  const uncovered = [...seal, ...later, ...beside, 'content_form'];
  const covered = JSON.stringify(signedContent(marked()));
  for (const column of Object.keys(version)) {
    expect([column, covered.includes(`«${column}»`)]).toEqual([column, !uncovered.includes(column)]);
  }
});

/** A version in which every column holds its own name; times and the subject are wrapped so that they still convert. */
function marked(): typeof version {
  const named = Object.keys(version).map((column) => {
    const mark = `«${column}»`;
    return [column, column.endsWith('_at') ? { toISOString: () => mark } : mark];
  });
  return { ...(Object.fromEntries(named) as typeof version), content_form: 4 };
}
