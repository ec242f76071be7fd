import { gateway, seedCounty, type TestCounty } from '../../test/harness/county';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { Outbox } from '../platform/outbox';
import type { ReportKind } from '../reporting';
import { announce, announceRecall, type SignedSpecReport, storeRecall, storeVersion } from './delivery.fixture';

let system: System;
let county: TestCounty;
beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system, { clinics: 4 });
});
afterAll(() => system.stop());

const inTx = <T>(work: (tx: Tx) => Promise<T>) => system.db.write(system.ctx(county.countyId), work);
const personId = (login: string): string => county.people.get(login)!.id;

/** The versions of one exam as they are signed one after the other, of which nobody has heard yet. */
async function signed(clinic: number, ...kinds: ReportKind[]): Promise<SignedSpecReport[]> {
  const examId = newId();
  const versions: SignedSpecReport[] = [];
  for (const [index, kind] of kinds.entries()) {
    const report = {
      examId,
      kind,
      number: index + 1,
      clinicId: county.clinics[clinic]!.id,
      writerId: personId('writer11'),
      reviewerId: personId('reviewer11'),
      signedAt: new Date('2026-03-02T01:00:00Z'),
    };
    versions.push(await inTx((tx) => storeVersion(tx, report)));
  }
  return versions;
}

const tell = (version: SignedSpecReport) => inTx((tx) => announce(tx, system.get(Outbox), version));
const tellRecall = (version: SignedSpecReport) => inTx((tx) => announceRecall(tx, system.get(Outbox), version));
const recall = (version: SignedSpecReport) => inTx((tx) => storeRecall(tx, version, personId('reviewer11')));

/** All that has been told has been heard. */
const heard = () =>
  until('everything to be heard', async () => {
    const left = await inTx((tx) =>
      tx.rows(
        "SELECT 1 FROM outbox_message WHERE consumer IN ('delivery.fan-out', 'delivery.withdraw') AND handled_at IS NULL",
      ),
    );
    return left.length === 0;
  });

async function entries(clinic: number): Promise<unknown[]> {
  const { body } = await gateway(system, county.clinics[clinic]!).get('/api/inbox?limit=200');
  return body.items.map(
    ({ seq, kind, reportVersion }: { seq: number; kind: string; reportVersion: { number: number } }) => [
      seq,
      kind,
      reportVersion.number,
    ],
  );
}

it('hands versions over in the order in which they were signed, however their news arrives', async () => {
  const versions = await signed(0, 'final', 'corrected', 'addendum');
  const expected = [
    [1, 'final', 1],
    [2, 'corrected', 2],
    [3, 'addendum', 3],
  ];
  await tell(versions[2]!);
  await heard();
  expect(await entries(0)).toEqual(expected);
  await tell(versions[1]!);
  await tell(versions[0]!);
  await heard();
  expect(await entries(0)).toEqual(expected);
});

it('tells that a report was called back before it tells of the one that follows', async () => {
  const [first, second] = await signed(1, 'final', 'final');
  await tell(first!);
  await heard();
  await recall(first!);
  await tell(second!);
  await heard();
  const expected = [
    [1, 'recalled', 1],
    [2, 'final', 2],
  ];
  expect(await entries(1)).toEqual(expected);
  await tellRecall(first!);
  await heard();
  expect(await entries(1)).toEqual(expected);
});

it('leaves out what was called back before anybody heard of it', async () => {
  const [first, second] = await signed(2, 'final', 'final');
  await recall(first!);
  await tell(second!);
  await heard();
  await tell(first!);
  await tellRecall(first!);
  await heard();
  expect(await entries(2)).toEqual([[1, 'final', 2]]);
});

it('names every version that a clinic’s system has to put away, whether it got it or not', async () => {
  const kinds: ReportKind[] = ['preliminary', 'final', 'addendum', 'demographics', 'corrected', 'addendum', 'void'];
  const versions = await signed(1, ...kinds);
  await tell(versions.at(-1)!);
  await heard();
  const { body } = await gateway(system, county.clinics[1]!).get('/api/inbox?limit=200');
  const { examId } = versions[0]!;
  const of = body.items.filter((item: { examId: string }) => item.examId === examId);
  expect(of.map(({ replaces }: { replaces: number[] }) => replaces)).toEqual([
    [],
    [1],
    [1],
    [1, 2],
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5, 6],
  ]);
});

it('hands a version that was another clinic’s to that clinic', async () => {
  const [first] = await signed(3, 'final');
  const { examId } = first!;
  const moved = await inTx((tx) =>
    storeVersion(tx, {
      examId,
      kind: 'void',
      number: 2,
      clinicId: county.clinics[0]!.id,
      writerId: personId('writer11'),
      reviewerId: personId('reviewer11'),
      signedAt: new Date('2026-03-02T02:00:00Z'),
    }),
  );
  const before = (await entries(0)).length;
  await tell(moved);
  await heard();
  expect(await entries(3)).toEqual([[1, 'final', 1]]);
  expect((await entries(0)).slice(before)).toEqual([[before + 1, 'void', 2]]);
});
