import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { constants, deflateRawSync } from 'node:zlib';
import {
  dataSet,
  element,
  elementHeader,
  greyImage,
  item,
  ITEM_END,
  part10,
  SEQUENCE_END,
  sequence,
  TAG,
  TRANSFER_SYNTAX,
  UIDS,
} from './dicom-bytes.fixture';
import { HeaderPool, HeaderPoolBusy, HeaderPoolClosed, type HeaderPoolOptions, type HeaderResult } from './header-pool';

// Starting a worker from TypeScript takes its time on a busy machine.
jest.setTimeout(30_000);

let folder: string;
let pool: HeaderPool;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'header-pool-'));
});
afterAll(async () => rm(folder, { recursive: true }));
afterEach(async () => pool.close());

let files = 0;
async function file(bytes: Buffer): Promise<string> {
  const path = join(folder, `${++files}.dcm`);
  await writeFile(path, bytes);
  return path;
}
function open(options: HeaderPoolOptions = {}): HeaderPool {
  return (pool = new HeaderPool(options));
}

const GOOD = part10(
  dataSet(
    [[TAG.patientName, 'PN', 'Zhang^San'], ...greyImage(4, 4)],
    'explicit',
    element(TAG.pixelData, 'OW', Buffer.alloc(32)),
  ),
);
const EMPTY_ITEM = item(Buffer.alloc(0));
const items = (count: number): Buffer => Buffer.alloc(count * EMPTY_ITEM.length, EMPTY_ITEM);
const openSequenceOf = (content: Buffer): Buffer =>
  part10(
    dataSet([
      [
        TAG.requestAttributes,
        'SQ',
        Buffer.concat([elementHeader(TAG.requestAttributes, 'SQ', 0xffffffff), content, SEQUENCE_END]),
      ],
    ]),
  );
/** Enough of everything to take a second and 100 MiB, and within the limits. */
const HEAVY = part10(
  dataSet([
    [
      TAG.requestAttributes,
      'SQ',
      sequence(TAG.requestAttributes, [
        Buffer.concat(Array.from({ length: 100_000 }, (_, i) => element(0x00410001 + i * 0x10, 'LO', 'AB'))),
      ]),
    ],
  ]),
);

async function expectGood(): Promise<void> {
  const result = await pool.read(await file(GOOD));
  expect(result.ok).toBe(true);
}

describe('reading', () => {
  it('gives header, model and frames of a file', async () => {
    open();
    const path = await file(GOOD);
    const result = await pool.read(path);
    if (!result.ok) throw new Error(result.code);
    expect(result.header).toMatchObject({ sopInstanceUid: UIDS.sop, image: { rows: 4 }, warnings: [] });
    expect(result.header.attributes['00100010']).toEqual({ vr: 'PN', Value: [{ Alphabetic: 'Zhang^San' }] });
    expect(JSON.parse(result.header.attributesJson)).toEqual(result.header.attributes);
    expect(await pool.frames(path, result.header)).toEqual({
      ok: true,
      encapsulated: false,
      frames: [[{ offset: GOOD.length - 32, length: 32 }]],
    });
  });

  it('answers every file of a crowd with its own header, on two workers', async () => {
    open({ size: 2 });
    const uids = Array.from({ length: 60 }, (_, i) => `1.2.3.${i}`);
    const paths = await Promise.all(uids.map((uid) => file(part10(dataSet([[TAG.sopInstance, 'UI', uid]])))));
    const results = await Promise.all(paths.map((path) => pool.read(path)));
    expect(results.map((result) => (result.ok ? result.header.sopInstanceUid : result.code))).toEqual(uids);
    expect(pool.pending).toBe(0);
  });

  it('uses the clinic default as a hint', async () => {
    open();
    // 豯 in GBK, Øl in Latin-1: too little to go by.
    const path = await file(part10(dataSet([[TAG.patientName, 'PN', Buffer.from('d86c', 'hex')]])));
    const name = async (clinicCharset: string): Promise<unknown> => {
      const result = await pool.read(path, { clinicCharset });
      return result.ok ? result.header.attributes['00100010']?.Value : result.code;
    };
    expect(await name('GB18030')).toEqual([{ Alphabetic: '豯' }]);
    expect(await name('ISO_IR 100')).toEqual([{ Alphabetic: 'Øl' }]);
  });

  it('fails, and does not refuse, when the file cannot be read', async () => {
    open();
    await expect(pool.read(join(folder, 'absent.dcm'))).rejects.toThrow('ENOENT');
    await expect(pool.read(folder)).rejects.toThrow('EISDIR');
    await expectGood();
  });
});

describe('hostile files', () => {
  const hostile: [string, () => Buffer, string][] = [
    ['a deflated gigabyte', () => part10(deflatedZeros(16), TRANSFER_SYNTAX.deflated), 'inflated_too_large'],
    ['16 MB of empty items', () => openSequenceOf(items(2_000_000)), 'too_many_elements'],
    ['sequences 10,000 deep', () => openSequenceOf(nested(10_000)), 'nesting_too_deep'],
    ['sequences 33 deep', () => openSequenceOf(nested(33)), 'nesting_too_deep'],
    [
      'a sequence of 20 MB',
      () => openSequenceOf(item(element(0x00091010, 'OB', Buffer.alloc(20_000_000)))),
      'header_too_large',
    ],
    ['random bytes', () => randomBytes(1_000_000), 'not_dicom'],
    ['an empty file', () => Buffer.alloc(0), 'not_dicom'],
  ];
  it.each(hostile)('%s: refused in time, the next good file is read', async (_, bytes, code) => {
    open();
    await expectGood(); // the worker's start is not the file's fault
    const path = await file(bytes());
    const result = await within(8_000, pool.read(path));
    expect(result).toMatchObject({ ok: false, code });
    await expectGood();
  });

  it.each([
    ['spaces before a letter', 'LO', `${' '.repeat(65_000)}x`, 'accepted'],
    ['spaces inside', 'UT', `x${' '.repeat(65_000)}x`, 'accepted'],
    ['accented letters', 'LO', '\xe9'.repeat(65_000), 'accepted'],
    ['backslashes', 'LO', '\\'.repeat(65_000), 'header_too_large'],
    ['digits', 'DS', `${'1'.repeat(1000)}x\\`.repeat(64), 'header_too_large'],
    ['carets', 'PN', `${'^'.repeat(1000)}x\\`.repeat(64), 'header_too_large'],
    ['escapes', 'PN', '\x1b'.repeat(65_000), 'accepted'],
  ])('with 200 values of 64 KiB of %s take no more than their share of time', async (_, vr, text, outcome) => {
    open();
    // UT and DS as UN: the 32-bit length, and the VR of the dictionary.
    const tags = { UT: 0x00281000, DS: 0x00180050, PN: 0x00101005, LO: 0x00081080 }[vr] ?? 0;
    const value = element(tags, 'UN', text);
    const items = Array.from({ length: 200 }, () => value);
    const result = await within(
      8_000,
      pool.read(await file(part10(dataSet([[0x00400275, 'SQ', sequence(0x00400275, items)]])))),
    );
    expect(result.ok ? 'accepted' : result.code).toBe(outcome);
  });

  it('run out of time: the worker is replaced', async () => {
    open({ timeLimitMs: 20 });
    const heavy = await file(HEAVY);
    const [first, second] = await Promise.all([pool.read(heavy), pool.read(heavy)]);
    expect([first, second]).toMatchObject([{ code: 'parse_timeout' }, { code: 'parse_timeout' }]);
    await pool.close();
    open();
    await expectGood();
  });

  it('run out of memory: the worker is replaced', async () => {
    open({ heapLimitMiB: 32 });
    const result = await pool.read(await file(HEAVY));
    expect(result).toMatchObject({ ok: false, code: 'parse_memory' });
    await expectGood();
  });

  it('lose their thread: only the file in it is refused, the next one gets another thread', async () => {
    open();
    await expectGood();
    const [heavy, good] = [await file(HEAVY), await file(GOOD)];
    const posted = jest.spyOn(Worker.prototype, 'postMessage');
    const reading = Promise.all([pool.read(heavy), pool.read(good)]);
    const [thread] = posted.mock.contexts as Worker[];
    posted.mockRestore();
    await thread!.terminate();
    expect(await reading).toMatchObject([{ ok: false, code: 'parse_crashed' }, { ok: true }]);
  });

  it('do not hold up the event loop', async () => {
    open();
    await expectGood();
    const path = await file(openSequenceOf(items(2_000_000)));
    let turns = 0;
    let reading = true;
    const turn = (): void => {
      turns += 1;
      if (reading) setImmediate(turn);
    };
    turn();
    const result = await pool.read(path);
    reading = false;
    expect(result.ok).toBe(false);
    // The worker needs hundreds of milliseconds; read on this thread it would be one turn.
    expect(turns).toBeGreaterThan(100);
  });
});

describe('the queue', () => {
  it('refuses what it cannot hold and goes on with the rest', async () => {
    open({ queueLimit: 3 });
    const path = await file(GOOD);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => pool.read(path)));
    const busy = results.filter((result) => result.status === 'rejected' && result.reason instanceof HeaderPoolBusy);
    // One is with the worker, three wait.
    expect(busy).toHaveLength(6);
    expect(results.filter((result) => result.status === 'fulfilled' && result.value.ok)).toHaveLength(4);
    await expectGood();
  });

  it('is finished before the pool closes, and closed to newcomers', async () => {
    open();
    const path = await file(GOOD);
    const reads = Array.from({ length: 5 }, () => pool.read(path));
    const closed = pool.close();
    await expect(pool.read(path)).rejects.toBeInstanceOf(HeaderPoolClosed);
    await closed;
    expect((await Promise.all(reads)).every((result: HeaderResult) => result.ok)).toBe(true);
  });
});

function nested(depth: number): Buffer {
  const opened = Buffer.concat([
    item(Buffer.alloc(0)).fill(0xff, 4),
    elementHeader(TAG.requestAttributes, 'SQ', 0xffffffff),
  ]);
  const closed = Buffer.concat([SEQUENCE_END, ITEM_END]);
  return Buffer.concat([Buffer.alloc(depth * opened.length, opened), Buffer.alloc(depth * closed.length, closed)]);
}

/** Blocks of 64 MiB of zeros, each ended at a byte boundary, so that they can be put in a row; then the final block. */
function deflatedZeros(blocks: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: blocks }, () => block), deflateRawSync(Buffer.alloc(0))]);
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
