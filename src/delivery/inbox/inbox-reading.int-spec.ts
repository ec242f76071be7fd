import { EventLog, EventStream } from '../../../test/harness/http';
import { SECOND } from '../../../test/harness/manual-clock';
import { until } from '../../../test/harness/wait';
import { type Answered, type Client, report, TEXT } from '../../reporting/desk.fixture';
import { codeOf, type Entry, must, RevisionRoom } from '../../reporting/revisions/revisions.fixture';

/** Who comes to know a report by reading the inbox, and until when its signer may call it back (domain: 召回 before SEEN). */
let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

type Reader = Client & { readonly identity?: Record<string, string> };
type Way = (client: Reader, entry: Entry) => Promise<Entry>;

const found = (items: readonly Entry[], { deliveryId }: Entry): Entry =>
  items.find((item) => item.deliveryId === deliveryId)!;
const behind = ({ seq }: Entry): number => seq - 1;

const WAYS: Readonly<Record<string, Way>> = {
  pull: async (client, entry) =>
    found((must(await client.get(`/api/inbox?after=${behind(entry)}`)) as { items: Entry[] }).items, entry),
  'long poll': async (client, entry) =>
    found((must(await client.get(`/api/inbox?wait=5&after=${behind(entry)}`)) as { items: Entry[] }).items, entry),
  stream: async (client, entry) => {
    const log = new EventLog();
    const stream = new EventStream({
      url: `${room.system.url}/api/inbox/stream?after=${behind(entry)}`,
      headers: client.identity ?? {},
      onEvent: log.add,
    });
    const event = await log.waitFor(({ id }) => id === String(entry.seq), 60_000);
    stream.close();
    return JSON.parse(event.data) as Entry;
  },
};
const EACH_WAY = Object.entries(WAYS);

const recall = (exam: string): Promise<Answered> => room.post('reviewer21', exam, '/recall', { reason: '漏看左肺' });
const sightings = (versionId: string): Promise<{ how: string; person_id: string | null }[]> =>
  room.rows('SELECT how, person_id FROM report_sighting WHERE version_id = $1', versionId);

/** Whatever follows from what was done has followed. */
const handled = (): Promise<unknown> =>
  until('every message is handled', async () => {
    const open = await room.rows('SELECT 1 FROM outbox_message WHERE handled_at IS NULL AND not_before IS NULL');
    return open.length === 0;
  });

describe('a person of the clinic', () => {
  it.each(EACH_WAY)('gets all but the text by %s, however long the page stays open', async (_, read) => {
    const { exam, versionId, entry } = await room.delivered({ impression: '尚未打开的诊断。' });
    const got = await read(room.people.doctor01, entry);
    expect(got).toMatchObject({
      examId: exam,
      kind: 'final',
      patientName: '张三',
      reportVersion: { versionId, number: 1 },
      report: null,
      changes: null,
      mustOpen: true,
      reportUrl: report(exam),
      pdfUrl: `/api/reports/${versionId}/pdf`,
    });
    expect(JSON.stringify(got)).not.toContain('尚未打开的诊断');
    expect(await sightings(versionId)).toEqual([]);
    expect(must(await recall(exam))).toMatchObject({ state: 'REVISING' });
  });

  it('is not told by the inbox what a correction changed either', async () => {
    const { exam } = await room.delivered();
    const { versionId } = await room.corrected(exam, { impression: '左肺上叶结节。' });
    const entry = (await room.entries(exam, 2)).find(({ reportVersion }) => reportVersion.versionId === versionId)!;
    expect(JSON.stringify(entry.changes)).toContain('左');
    const got = await WAYS['pull']!(room.people.doctor01, entry);
    expect(got).toMatchObject({ kind: 'corrected', reason: '侧别有误', changes: null, report: null, mustOpen: true });
    expect(JSON.stringify(got)).not.toContain('左肺');
  });

  it.each<[string, string, (exam: string, versionId: string, entry: Entry) => Promise<unknown>]>([
    ['the report', 'read', async (exam) => room.people.doctor01.get(report(exam))],
    ['the sheet', 'printed', async (_, version) => room.people.doctor01.get(`/api/reports/${version}/pdf`)],
    ['it by “seen”', 'seen', async (_, __, entry) => room.see(entry)],
  ])('who opens %s has seen it: the recall comes too late', async (_, how, open) => {
    const { exam, versionId, entry } = await room.delivered();
    await WAYS['pull']!(room.people.doctor01, entry);
    must((await open(exam, versionId, entry)) as Answered);
    expect(await sightings(versionId)).toEqual([{ how, person_id: room.idOf('doctor01') }]);
    const refused = await recall(exam);
    expect([...codeOf(refused), refused.body.params.how]).toEqual([409, 'recall_too_late', how]);
    // Whichever way he opened it: the entry is SEEN, by his name, at the time of that look.
    const at = room.clock.now().toISOString();
    const seen = await until('the entry is seen', async () => {
      const [now] = await room.entries(exam, 1);
      return now!.state === 'SEEN' && now;
    });
    expect(seen).toMatchObject({ state: 'SEEN', seenBy: '医师1', seenAt: at, deliveredAt: at });
    await handled();
    const audited = await room.rows(
      "SELECT 1 FROM audit_event WHERE subject_id = $1 AND action = 'delivery.see'",
      entry.deliveryId,
    );
    expect(audited).toHaveLength(1);
  });

  it('who opens it before it has come to the inbox finds it seen there', async () => {
    const { exam, versionId } = await room.desk.signed();
    must(await room.people.doctor01.get(report(exam)));
    const seen = await until('the entry is seen', async () => {
      const [entry] = await room.entries(exam, 1);
      return entry!.state === 'SEEN' && entry;
    });
    expect(seen.reportVersion.versionId).toBe(versionId);
  });

  it('who reads it again later changes nothing of the first look', async () => {
    const { exam, entry } = await room.delivered();
    must(await room.see(entry));
    const first = (await room.entries(exam, 1))[0];
    room.clock.advance(SECOND);
    must(await room.people.tech01.get(report(exam)));
    await handled();
    expect((await room.entries(exam, 1))[0]).toEqual(first);
  });

  it('has nothing to open of what was called back', async () => {
    const { exam, entry } = await room.delivered();
    must(await recall(exam));
    const got = await WAYS['pull']!(room.people.doctor01, entry);
    expect(got).toMatchObject({ kind: 'recalled', report: null, mustOpen: false, reportUrl: null, pdfUrl: null });
  });
});

describe('the clinic’s own system', () => {
  it.each(EACH_WAY)('gets the text by %s and acknowledges it, and is nobody who has seen it', async (_, read) => {
    const { exam, versionId, entry } = await room.delivered();
    const got = await read(room.machine, entry);
    expect(got).toMatchObject({ report: { impression: TEXT.impression }, mustOpen: false, reportUrl: report(exam) });
    expect(must(await room.machine.post(`/api/inbox/${entry.deliveryId}/ack`))).toMatchObject({ state: 'DELIVERED' });
    expect(await sightings(versionId)).toEqual([]);
    must(await recall(exam));
    // What it was given it is told to take away.
    const told = (await room.entries(exam, 2)).at(-1)!;
    expect(told).toMatchObject({ kind: 'recalled', reportVersion: { versionId } });
  });

  it('that has taken the sheet has downloaded it: paper cannot be called back', async () => {
    const { exam, versionId } = await room.delivered();
    must(await room.machine.get(`/api/reports/${versionId}/pdf`));
    expect(await sightings(versionId)).toEqual([{ how: 'downloaded', person_id: null }]);
    const refused = await recall(exam);
    expect([...codeOf(refused), refused.body.params.how]).toEqual([409, 'recall_too_late', 'downloaded']);
  });
});
