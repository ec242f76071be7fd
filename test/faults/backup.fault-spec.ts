import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation, type ServerProcess } from '../harness/processes';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { CountyWork, type SignedReport } from './county-work';
import { registeredBytes, storedBlobs, type TestExam, testExam } from './studies';

let source: Installation;
let work: CountyWork;
let worker: ServerProcess;
let scratch: string;
let exam: TestExam;
let report: SignedReport;
let sheet: Buffer;
/** Registered while no worker ran: its messages wait in the outbox. */
let waiting: string;

const backupFolder = (): string => join(scratch, 'backup');

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'cic-backup-'));
  source = await Installation.make();
  const county = await source.seed();
  const api = await source.start('api');
  worker = await source.start('worker');
  work = await CountyWork.begin(api.url, county);
  exam = testExam('B1', { images: 3 });
  const examId = await work.register(0, exam);
  const { status } = await stow(
    api.url,
    work.clinic(0).key,
    exam.images.map(({ bytes }) => bytes),
  );
  expect(status).toBe(200);
  await work.listed(examId);
  report = await work.read(0, examId);
  sheet = await sheetOf(work, report.versionId);
  await until('the report is in the inbox', async () => (await work.inbox(0)).length === 1);
  await until('the audit trail is sealed', async () => (await sealedRows(source)) > 20);
  await worker.kill();
  waiting = await work.register(0, testExam('B2', { metadataOnly: true }));
});
afterAll(async () => {
  await source.end();
  rmSync(scratch, { recursive: true, force: true });
});

/** The printed report; it is being set in type for a moment after the signature (503). */
function sheetOf(people: CountyWork, versionId: string): Promise<Buffer> {
  const headers = { ...people.reviewer.identity, accept: 'application/pdf' };
  return until('the sheet', async () => {
    const answer = await fetch(`${people.url}/api/reports/${versionId}/pdf`, { headers });
    return answer.status === 200 && Buffer.from(await answer.arrayBuffer());
  });
}

async function sealedRows(installation: Installation): Promise<number> {
  const [row] = await installation.rows<{ n: number }>(
    'SELECT CASE WHEN count(seal) = count(*) THEN count(*)::int ELSE 0 END AS n FROM audit_event',
  );
  return row!.n;
}

/** Runs `work` on an empty installation of the same secret. */
async function onEmpty<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  const installation = await Installation.make();
  try {
    return await work(installation);
  } finally {
    await installation.end();
  }
}

const rowsOf = async (installation: Installation): Promise<object> => {
  const [counts] = await installation.rows<object>(
    `SELECT (SELECT count(*) FROM county) AS counties, (SELECT count(*) FROM exam) AS exams,
       (SELECT count(*) FROM instance) AS instances, (SELECT count(*) FROM report_version) AS versions,
       (SELECT count(*) FROM audit_event) AS audited`,
  );
  return counts!;
};
const NOTHING = { counties: '0', exams: '0', instances: '0', versions: '0', audited: '0' };

it('copies a running installation, and says what it has copied', async () => {
  const { code, output } = await source.cli(['backup', '--to', backupFolder()]);
  expect([code, output]).toEqual([0, expect.stringContaining('4 blobs')]);
  expect(existsSync(join(backupFolder(), 'manifest.json'))).toBe(true);
});

it('comes up elsewhere as it was, and goes on with what was under way', async () => {
  await onEmpty(async (restored) => {
    expect(await restored.cli(['restore', '--from', backupFolder()])).toMatchObject({ code: 0 });
    expect(await rowsOf(restored)).toEqual(await rowsOf(source));
    expect(await registeredBytes(restored)).toEqual(await registeredBytes(source));
    expect(await storedBlobs(restored)).toEqual(await storedBlobs(source));

    const audit = await restored.cli(['verify-audit']);
    expect([audit.code, audit.output]).toEqual([0, expect.stringMatching(/\d+ sealed, \d+ not sealed yet, whole/)]);

    const api = await restored.start('api');
    await restored.start('worker');
    const people = await CountyWork.begin(api.url, work.county);
    await people.listed(waiting, 90_000);
    const [entry] = await people.inbox(0);
    expect(entry).toMatchObject({ seq: 1, examId: report.examId, reportVersion: { versionId: report.versionId } });
    expect((await sheetOf(people, report.versionId)).equals(sheet)).toBe(true);
    const next = await people.read(0, waiting);
    await until('the next report has the next number', async () => (await people.inbox(0)).length === 2);
    expect((await people.inbox(0))[1]).toMatchObject({ seq: 2, reportVersion: { versionId: next.versionId } });
  });
});

it('is refused by an installation that holds something', async () => {
  const { code, output } = await source.cli(['restore', '--from', backupFolder()]);
  expect([code, output]).toEqual([1, expect.stringContaining('not empty')]);
});

describe('a backup with', () => {
  it.each([
    ['a damaged table', () => appendFileSync(anyOf(/^report_version\.copy/), 'x')],
    ['a missing table', () => unlinkSync(anyOf(/^exam\.copy/))],
    ['a damaged blob', () => flipByte(anyBlob(join(damaged(), 'blobs')))],
    ['a missing blob', () => unlinkSync(anyBlob(join(damaged(), 'blobs')))],
    ['no manifest', () => unlinkSync(join(damaged(), 'manifest.json'))],
  ])('%s is refused, and nothing of it is restored', async (_, damage) => {
    rmSync(damaged(), { recursive: true, force: true });
    cpSync(backupFolder(), damaged(), { recursive: true });
    damage();
    await onEmpty(async (restored) => {
      expect(await restored.cli(['restore', '--from', damaged()])).toMatchObject({ code: 1 });
      expect(await rowsOf(restored)).toEqual(NOTHING);
    });
  });
});

it.each([
  ['damaged', flipByte],
  ['missing', unlinkSync],
])('fails when a blob is %s, and leaves no folder that looks like a backup', async (what, damage) => {
  const blob = anyBlob(source.config.blobDir);
  const before = readFileSync(blob);
  const folder = join(scratch, `from-${what}`);
  damage(blob);
  try {
    const { code, output } = await source.cli(['backup', '--to', folder]);
    expect([code, output]).toEqual([1, expect.stringContaining('lob')]);
    expect(existsSync(join(folder, 'manifest.json'))).toBe(false);
  } finally {
    writeFileSync(blob, before);
  }
});

it('has an audit chain that shows a changed row', async () => {
  expect(await source.cli(['verify-audit'])).toMatchObject({ code: 0 });
  // As somebody would who owns the database: the trigger that forbids it is switched off first.
  await source.rows(
    "ALTER TABLE audit_event DISABLE TRIGGER USER; UPDATE audit_event SET actor_name = '别人' WHERE action = 'report.sign'",
  );
  const { code, output } = await source.cli(['verify-audit']);
  expect([code, output]).toEqual([1, expect.stringContaining('BROKEN')]);
});

const damaged = (): string => join(scratch, 'damaged');
const anyOf = (name: RegExp): string =>
  join(
    damaged(),
    readdirSync(damaged()).find((file) => name.test(file))!,
  );

function anyBlob(root: string): string {
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name),
  );
  return join(found!.parentPath, found!.name);
}

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 0xff;
  writeFileSync(path, bytes);
}
