import { generateKeyPairSync, sign } from 'node:crypto';
import { REPORT_KINDS } from '../report.state';
import { subject, version } from '../report.fixture';
import { FIRST_HASH, linkHash } from './report-chain.rules';
import { contentSha256, imageListSha256, signedBytes } from '../signing/signed-content.rules';
import { type Evidence, faultsOf, standingOf, verdictOf, verificationMessage } from './verification.rules';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const images = version.key_images!.map(({ sha256 }) => sha256);
const content = { ...version, superseded_by: null, images_sha256: imageListSha256(images), image_count: images.length };
/** Of versions before form 3. */
const unknown = { annexes: null, key_images: null, writer_handwriting_sha256: null, reviewer_handwriting_sha256: null };
const signed = {
  ...content,
  content_sha256: contentSha256(content),
  signature: sign(null, signedBytes(content), privateKey).toString('base64url'),
};
const waiting: Evidence = {
  ...signed,
  superseded_by_kind: null,
  addenda: [],
  sha256s: images,
  public_key: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  key_algorithm: 'Ed25519',
  chained: true,
  seq: null,
  prev_hash: null,
  hash: null,
  sealed_at: null,
  hash_before: null,
  doubted_since: null,
};
const before = 'b'.repeat(64);
const sealed: Evidence = {
  ...waiting,
  seq: '7',
  prev_hash: before,
  hash: linkHash(before, 7, signed),
  sealed_at: version.signed_at,
  hash_before: before,
};

describe('what the rows tell', () => {
  it('is nothing against a version that is as it was signed, sealed or not yet', () => {
    expect(faultsOf(waiting)).toEqual([]);
    expect(faultsOf(sealed)).toEqual([]);
    const first = {
      ...sealed,
      seq: '1',
      prev_hash: FIRST_HASH,
      hash: linkHash(FIRST_HASH, 1, signed),
      hash_before: null,
      doubted_since: null,
    };
    expect(faultsOf(first)).toEqual([]);
  });

  it('is nothing against one of form 1, which has neither signature nor images', () => {
    const bare = { ...content, ...unknown, content_form: 1, image_count: null, images_sha256: null } as const;
    const none = { signature: null, signature_algorithm: null, signature_key_id: null, signature_reliable: null };
    const early = { ...waiting, ...bare, ...none, sha256s: null, public_key: null, key_algorithm: null };
    expect(faultsOf({ ...early, content_sha256: contentSha256(bare) })).toEqual([]);
  });

  it('is nothing against one of form 2, and names what was added to it since', () => {
    const plain = { ...content, ...unknown, content_form: 2 } as const;
    const early = {
      ...waiting,
      ...plain,
      content_sha256: contentSha256(plain),
      signature: sign(null, signedBytes(plain), privateKey).toString('base64url'),
    };
    expect(faultsOf(early)).toEqual([]);
    expect(faultsOf({ ...early, annexes: version.annexes })).toEqual(['content', 'signature']);
    expect(faultsOf({ ...early, writer_handwriting_sha256: 'a'.repeat(64) })).toEqual(['content', 'signature']);
  });

  it('names a key image that is none of the images', () => {
    const [own] = version.key_images!;
    const foreign = { ...content, key_images: [own!, { ...own!, sha256: '9'.repeat(64) }] };
    const signature = sign(null, signedBytes(foreign), privateKey).toString('base64url');
    const evidence = { ...waiting, ...foreign, signature, content_sha256: contentSha256(foreign) };
    expect(faultsOf(evidence)).toEqual(['image_list']);
  });

  const otherKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  it.each<[string, Partial<Evidence>, string[]]>([
    ['another impression', { impression: '未见异常。' }, ['content', 'signature']],
    ['another patient', { subject: { ...subject, patientName: '张叁' } }, ['content', 'signature']],
    ['another opinion', { annexes: [] }, ['content', 'signature']],
    ['another key image', { key_images: [] }, ['content', 'signature']],
    ['another’s handwriting', { reviewer_handwriting_sha256: 'f'.repeat(64) }, ['content', 'signature']],
    ['another hash', { content_sha256: 'f'.repeat(64) }, ['content', 'seal']],
    ['another signature', { signature: Buffer.alloc(64).toString('base64url') }, ['signature', 'seal']],
    ['no signature at all', { signature: '' }, ['signature', 'seal']],
    ['another key', { public_key: otherKey }, ['signature']],
    ['a key that is gone', { public_key: null, key_algorithm: null }, ['signing_key']],
    ['a key that is none', { public_key: 'bm90IGEga2V5' }, ['signing_key']],
    ['a key of another scheme', { key_algorithm: 'SM2' }, ['signing_key']],
    ['another scheme beside it', { signature_algorithm: 'none' }, ['signing_key']],
    ['an image less', { sha256s: images.slice(1) }, ['image_list']],
    ['another image', { sha256s: [images[0]!, '3'.repeat(64)] }, ['image_list']],
    ['no list', { sha256s: null }, ['image_list']],
    ['another code', { verification_code: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' }, ['seal']],
    ['another place in the chain', { seq: '8' }, ['seal']],
    ['another link before it', { hash_before: 'd'.repeat(64) }, ['seal']],
    ['no link before it', { hash_before: null }, ['seal']],
    ['no link of its own', { chained: false, seq: null, prev_hash: null, hash: null }, ['seal']],
  ])('names %s', (_, change, faults) => {
    expect(faultsOf({ ...sealed, ...change })).toEqual(faults);
  });
});

describe('standing', () => {
  const row = { kind: 'final', recalled_at: null, superseded_by: null, superseded_by_kind: null } as const;
  const recalled_at = version.signed_at;
  it.each([
    ['the newest', row, 'in_force'],
    ['a corrected one', { ...row, superseded_by: 2, superseded_by_kind: 'corrected' }, 'superseded'],
    ['one before a void', { ...row, superseded_by: 2, superseded_by_kind: 'void' }, 'void'],
    ['the void itself', { ...row, kind: 'void' }, 'void'],
    ['a recalled one', { ...row, recalled_at }, 'recalled'],
    [
      'a recalled one with its successor',
      { ...row, recalled_at, superseded_by: 2, superseded_by_kind: 'final' },
      'recalled',
    ],
    [
      'a recalled one whose exam was voided',
      { ...row, recalled_at, superseded_by: 2, superseded_by_kind: 'void' },
      'void',
    ],
  ] as const)('of %s', (_, of, standing) => {
    expect(standingOf(of)).toBe(standing);
  });

  it('counts for nothing once something was tampered with', () => {
    expect(verdictOf('in_force', [])).toBe('unchanged');
    expect(verdictOf('superseded', [])).toBe('superseded');
    for (const standing of ['in_force', 'superseded', 'void', 'recalled'] as const)
      expect(verdictOf(standing, ['content'])).toBe('tampered');
  });
});

describe('the sentence', () => {
  const row = { kind: 'final', superseded_by: null, superseded_by_kind: null, addenda: [] } as const;
  it.each([
    [row, 'unchanged', '内容与签发时一致，本版正式报告现行有效。'],
    [
      { ...row, addenda: [2, 3] },
      'unchanged',
      '内容与签发时一致，本版正式报告现行有效；另有补充报告（第 2、3 版），请一并阅读。',
    ],
    [
      { ...row, kind: 'preliminary' },
      'unchanged',
      '内容与签发时一致，本版临时报告现行有效；此为临时报告，以正式报告为准。',
    ],
    [
      { ...row, superseded_by: 3, superseded_by_kind: 'corrected' },
      'superseded',
      '本版报告已更正，请以第 3 版（更正报告）为准。',
    ],
    [
      { ...row, superseded_by: 2, superseded_by_kind: 'demographics' },
      'superseded',
      '本版报告的患者信息已更正，请以第 2 版（信息更正报告）为准。',
    ],
    [
      { ...row, kind: 'preliminary', superseded_by: 2, superseded_by_kind: 'final' },
      'superseded',
      '本版为临时报告，正式报告（第 2 版）已签发，请以正式报告为准。',
    ],
    [
      { ...row, amending_since: version.signed_at },
      'unchanged',
      '内容与签发时一致，本版正式报告现行有效。该报告正在更正，请留意更正后的新版。',
    ],
    [
      { ...row, doubted_since: version.signed_at },
      'unchanged',
      '内容与签发时一致，本版正式报告现行有效。注意：该检查正在核对患者身份，核对完成前请勿使用，并向出具机构核实。',
    ],
    [
      { ...row, superseded_by: 3, superseded_by_kind: 'corrected', doubted_since: version.signed_at },
      'superseded',
      '本版报告已更正，请以第 3 版（更正报告）为准。注意：该检查正在核对患者身份，核对完成前请勿使用，并向出具机构核实。',
    ],
    [row, 'recalled', '本版报告已撤销，请勿使用，以重新签发的报告为准。'],
    [row, 'void', '该检查的报告已作废，请勿使用，并向出具机构核实。'],
    [row, 'tampered', '警告：系统中保存的报告与签发时不一致，请勿采信，并向出具机构核实。'],
  ] as const)('of %j, %s', (of, verdict, sentence) => {
    expect(verificationMessage(of, verdict)).toBe(sentence);
  });

  it('is there for whatever kind takes a version’s place', () => {
    for (const kind of REPORT_KINDS)
      expect(verificationMessage({ ...row, superseded_by: 2, superseded_by_kind: kind }, 'superseded')).toMatch(
        /第 2 版/,
      );
  });
});
