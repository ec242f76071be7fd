/**
 * A process to be killed or to run out of disk, for disk-faults.int-spec.ts:
 * `node disk-faults.child.cjs <compiled driver> <task> <root>`. Each line of its standard output is one JSON value,
 * written at once, so that a line that was read had been true.
 */
const { createHash, randomBytes } = require('node:crypto');
const { readFileSync, readdirSync, writeSync } = require('node:fs');
const { PassThrough, Readable } = require('node:stream');

const [driver, task, root] = process.argv.slice(2);
const { DiskBlobStore, blobKey } = require(driver);

const COUNTY = '018f0000-0000-7000-8000-000000000001';
const CLINIC = '018f0000-0000-7000-8000-00000000000a';
const UPLOAD = '018f0000-0000-7000-8000-00000000000c';
const ANY = { maxBytes: 1 << 30 };

const tell = (value) => writeSync(1, `${JSON.stringify(value)}\n`);

/** Pieces of a socket's size, each with a turn of the event loop before it, so that many streams are open at any time. */
async function* pieces(bytes) {
  for (let at = 0; at < bytes.length; at += 65_536) {
    await new Promise(setImmediate);
    yield bytes.subarray(at, at + 65_536);
  }
}

async function store(blobs, bytes) {
  const received = await blobs.receive(Readable.from(pieces(bytes)), ANY);
  await blobs.commit(received, blobKey(COUNTY, CLINIC, received.sha256));
  return received.sha256;
}

const tasks = {
  /** Stores blobs for ever, 8 at a time, and tells each one that is acknowledged. */
  async store(blobs) {
    const forever = async () => {
      for (;;) tell(await store(blobs, randomBytes(100_000 + Math.floor(Math.random() * 4_000_000))));
    };
    await Promise.all(Array.from({ length: 8 }, forever));
  },

  /** Appends to 4 parts for ever, each a run of the same byte counter, and tells what is acknowledged. */
  async append(blobs) {
    const forever = async (name) => {
      const { partPath, offset } = await blobs.parts.openPart(UPLOAD, name);
      for (let at = offset; ;) {
        const bytes = Buffer.from({ length: 50_000 }, (_, i) => i).map((_, i) => (at + i) % 251);
        ({ offset: at } = await blobs.parts.appendPart(partPath, at, Readable.from(pieces(bytes)), 1 << 30));
        tell({ name, offset: at });
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(forever));
  },

  /** Fills the disk and goes on afterwards. */
  async fill(blobs) {
    const stored = [];
    const refused = [];
    const attempt = async (size) => {
      const bytes = randomBytes(size);
      await store(blobs, bytes).then(
        (sha256) => stored.push(sha256),
        (error) => refused.push(error.code),
      );
    };
    for (let i = 0; i < 2; i += 1) await attempt(700_000);
    // So many at once that the disk may be full before any of them is whole.
    await Promise.all(Array.from({ length: 12 }, () => attempt(700_000)));
    const usage = await blobs.usage();
    const { partPath } = await blobs.parts.openPart(UPLOAD, 'part');
    const append = (offset, size) => {
      const stream = new PassThrough();
      stream.end(randomBytes(size));
      return blobs.parts.appendPart(partPath, offset, stream, 1 << 30);
    };
    const small = await append(0, 10_000);
    const large = await append(small.offset, 4_000_000).catch((error) => error.code);
    const part = await blobs.parts.openPart(UPLOAD, 'part');
    const incoming = readdirSync(`${root}/.incoming`);
    await blobs.delete(blobKey(COUNTY, CLINIC, stored.pop()));
    const afterwards = await store(blobs, randomBytes(600_000));
    const files = [];
    for await (const key of blobs.list('')) {
      files.push([
        key,
        createHash('sha256')
          .update(readFileSync(blobs.localPath(key)))
          .digest('hex'),
      ]);
    }
    tell({ stored, refused, usage, small, large, part, incoming, afterwards, files });
  },
};

DiskBlobStore.at(root).then((blobs) => tasks[task](blobs));
