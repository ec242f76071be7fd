import { FakeClinic } from '../../src/delivery/delivery.fixture';
import type { Answered } from '../../src/reporting/desk.fixture';
import { SECOND } from '../harness/manual-clock';
import { must } from '../harness/signed-exam';
import { until } from '../harness/wait';
import { CountyDay } from './county-day';
import { edit, report, sign, signed, via, write } from './steps';

/**
 * The delivery (回传), one per signed version and channel, one test per state: our leg (PENDING, SENT, FAILED, DEAD) and
 * the clinic's word (DELIVERED, SEEN). The clinic has its inbox, and a system of its own that takes webhooks.
 */

const OK = 204;
/** Longer than the first pauses between two attempts, with all their jitter. */
const PAUSE = 20 * SECOND;

let today: CountyDay;
let his: FakeClinic;
let channelId: string;

beforeAll(async () => {
  // Nothing here waits for an answer in vain; a machine that stands still for a while must not fail an attempt.
  today = await CountyDay.begin({ WEBHOOK_TIMEOUT_MS: '120000' });
  his = await FakeClinic.start();
  const clinic = today.county.clinics[0]!;
  const entry = { scheme: 'http', host: '127.0.0.1', ports: [his.port], networks: [] };
  await must(today.as('secadmin').put(`/api/channels/allow-list/${clinic.id}`, { entries: [entry] }));
  const channel = { kind: 'webhook', clinicId: clinic.id, name: 'HIS', url: his.url };
  channelId = (await must(today.as('sysadmin').post('/api/channels', channel))).body.channelId;
});
beforeEach(() => answering(() => OK));
afterAll(async () => {
  await his.goAway();
  await today.end();
});

/** What the clinic's system says to each version of an exam. */
function answering(status: (exam: string, number: number) => number): void {
  his.answer = (response, { body: { data } }) =>
    response.writeHead(status(data.examId, data.reportVersion.number)).end();
}

type Channel = 'inbox' | 'webhook';

/** The delivery of a version on a channel as the exam's page shows it. */
const deliveryOf = async (exam: string, channel: Channel, number = 1): Promise<any> =>
  (await today.page(exam)).deliveries.find(
    (one: any) => one.channel.kind === channel && one.reportVersion.number === number && one.event === 'signed',
  );

const inState = (exam: string, channel: Channel, state: string, number = 1): Promise<any> =>
  until(`version ${number} ${state} on ${channel}`, async () => {
    const delivery = await deliveryOf(exam, channel, number);
    return delivery?.state === state && delivery;
  });

/** The numbers of the versions that the clinic's system was sent, in their order. */
const sentTo = (exam: string): number[] =>
  his.received.filter(({ body }) => body.data.examId === exam).map(({ body }) => body.data.reportVersion.number);

const ack = (id: string): Promise<Answered> => today.machine.post(`/api/inbox/${id}/ack`);
const redrive = (body: object): Promise<Answered> => today.as('sysadmin').post('/api/deliveries/redrive', body);

it('PENDING: made with the signature, and nobody has fetched it', async () => {
  const { exam } = await signed(today);
  const { deliveryId, seq } = await inState(exam, 'inbox', 'PENDING');
  expect(seq).toBeGreaterThanOrEqual(1);
  const { body } = await must(today.as('sysadmin').get('/api/deliveries?state=PENDING&limit=200'));
  expect(body.items).toContainEqual(expect.objectContaining({ deliveryId, examId: exam, sentAt: null }));
  expect(JSON.stringify(body)).not.toContain('张三');
  // One per channel, and no more.
  await inState(exam, 'webhook', 'DELIVERED');
  expect((await today.page(exam)).deliveries).toHaveLength(2);
});

it('SENT: handed out, which is not yet received', async () => {
  const { exam } = await signed(today);
  const [entry] = await today.entries(exam, 1);
  expect(entry).toMatchObject({ state: 'SENT', deliveredAt: null, seenAt: null });
  expect(await inState(exam, 'inbox', 'SENT')).toMatchObject({ sentAt: today.clock.now().toISOString() });
});

it('DELIVERED: the clinic’s system has acknowledged it', async () => {
  const { exam } = await signed(today);
  const { deliveryId } = await inState(exam, 'inbox', 'PENDING');
  // An entry may be acknowledged that we never saw handed out.
  expect((await must(ack(deliveryId))).body).toMatchObject({ state: 'DELIVERED', seenAt: null });
  expect((await must(ack(deliveryId))).body.state).toBe('DELIVERED');
  const pushed = await inState(exam, 'webhook', 'DELIVERED');
  expect(pushed).toMatchObject({ attempts: 1, lastError: null, ambiguous: false });
  expect(his.taken.filter(({ id }) => id === pushed.deliveryId)).toHaveLength(1);
});

it('SEEN: by a named person of this clinic, for good', async () => {
  const { exam } = await signed(today);
  const { deliveryId } = await inState(exam, 'inbox', 'PENDING');
  expect((await today.machine.post(`/api/inbox/${deliveryId}/seen`)).status).toBe(403);
  expect((await today.see({ deliveryId }, 'doctor02')).status).toBe(404);
  const seen = { state: 'SEEN', seenBy: '医师1', seenAt: today.clock.now().toISOString() };
  expect((await must(today.see({ deliveryId }))).body).toMatchObject(seen);
  // Neither a later look nor a late acknowledgement changes who saw it first.
  today.clock.advance(SECOND);
  expect((await must(today.see({ deliveryId }, 'tech01'))).body).toMatchObject(seen);
  expect((await must(ack(deliveryId))).body).toMatchObject(seen);
  expect(await deliveryOf(exam, 'inbox')).toMatchObject(seen);
});

it('FAILED: tried again after a while, under the same id', async () => {
  answering(() => 503);
  const { exam } = await signed(today);
  const failed = await inState(exam, 'webhook', 'FAILED');
  expect(failed).toMatchObject({ attempts: 1, lastError: 'http_503', ambiguous: false });
  expect(Date.parse(failed.nextAttemptAt)).toBeGreaterThan(today.clock.now().getTime());
  expect((await deliveryOf(exam, 'inbox')).state).toBe('PENDING');
  answering(() => OK);
  today.clock.advance(PAUSE);
  expect(await inState(exam, 'webhook', 'DELIVERED')).toMatchObject({ deliveryId: failed.deliveryId, attempts: 2 });
  expect(his.received.filter(({ id }) => id === failed.deliveryId)).toHaveLength(2);
});

it('FAILED in doubt: an answer that never came is written down as doubt, and cleared by the next one', async () => {
  his.answer = (response) => response.destroy();
  const { exam } = await signed(today);
  expect(await inState(exam, 'webhook', 'FAILED')).toMatchObject({ ambiguous: true, lastError: 'reset' });
  answering(() => OK);
  today.clock.advance(PAUSE);
  expect(await inState(exam, 'webhook', 'DELIVERED')).toMatchObject({ ambiguous: false });
});

it('DEAD: refused for good, with an alarm, until somebody sends it again', async () => {
  answering(() => 422);
  const exams = [(await signed(today)).exam, (await signed(today)).exam, (await signed(today)).exam];
  const dead: any[] = [];
  for (const exam of exams) dead.push(await inState(exam, 'webhook', 'DEAD'));
  const [first, ...rest] = dead.map(({ deliveryId }) => deliveryId as string);
  expect(dead[0]).toMatchObject({ attempts: 1, lastError: 'http_422', nextAttemptAt: null });
  expect(await today.audited(first!, 'delivery.alarm')).toHaveLength(1);
  today.clock.advance(PAUSE);
  expect((await redrive({ deliveryIds: [first] })).status).toBe(200);
  await until('the second refusal', async () => (await deliveryOf(exams[0]!, 'webhook')).attempts === 2);
  await inState(exams[0]!, 'webhook', 'DEAD');
  // One, then all that is left of the channel, once.
  answering(() => OK);
  expect((await must(redrive({ deliveryIds: [first] }))).body.redriven).toEqual([first]);
  expect(await inState(exams[0]!, 'webhook', 'DELIVERED')).toMatchObject({ deliveryId: first, attempts: 3 });
  expect((await must(redrive({ channelId, state: 'DEAD' }))).body.redriven.sort()).toEqual(rest.sort());
  for (const exam of exams) await inState(exam, 'webhook', 'DELIVERED');
  const again = (await must(redrive({ deliveryIds: [first] }))).body;
  expect(again).toMatchObject({ redriven: [], skipped: [{ deliveryId: first, reason: 'not_failed' }] });
  const { attemptList } = (await must(today.as('sysadmin').get(`/api/deliveries/${first}`))).body;
  expect(attemptList.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'delivered',
    'permanent',
    'permanent',
  ]);
  expect((await today.as('tech01').post('/api/deliveries/redrive', { deliveryIds: [first] })).status).toBe(403);
});

const amend = (exam: string) =>
  via(
    async () => ({ exam }),
    report('reviewer21', 'amend', { reason: '侧别有误' }),
    edit('reviewer21', { impression: '左肺上叶结节。' }),
    write('reviewer21', 'submit'),
    sign('reviewer11'),
  )(today);

it('in order per exam and channel: a correction waits for what it corrects, other exams do not', async () => {
  let poisoned = '';
  answering((exam, number) => (exam === poisoned && number === 1 ? 400 : OK));
  const stand = await via(async (day) => day.desk.underReview())(today);
  poisoned = stand.exam;
  await must(sign('reviewer21')(today, stand));
  await inState(poisoned, 'webhook', 'FAILED');
  await amend(poisoned);
  await inState(poisoned, 'webhook', 'PENDING', 2);
  const { exam: other } = await signed(today);
  await inState(other, 'webhook', 'DELIVERED');
  await today.through('delivery.drain');
  expect(sentTo(poisoned)).not.toContain(2);
  // The inbox is a channel of its own: both are there.
  expect(await today.entries(poisoned, 2)).toMatchObject([{ kind: 'final' }, { kind: 'corrected', state: 'SENT' }]);
  poisoned = '';
  today.clock.advance(PAUSE);
  const { exam } = stand;
  await inState(exam, 'webhook', 'DELIVERED', 2);
  expect(await deliveryOf(exam, 'webhook')).toMatchObject({ state: 'DELIVERED' });
  expect(sentTo(exam)).toEqual([...sentTo(exam)].sort());
});

it('an old version that was given up never arrives after the new one', async () => {
  answering((_, number) => (number === 1 ? 422 : OK));
  const { exam } = await signed(today);
  const { deliveryId } = await inState(exam, 'webhook', 'DEAD');
  await amend(exam);
  await inState(exam, 'webhook', 'DELIVERED', 2);
  answering(() => OK);
  const { body } = await must(redrive({ deliveryIds: [deliveryId] }));
  expect(body).toMatchObject({ redriven: [], skipped: [{ deliveryId, reason: 'newer_sent' }] });
  expect(sentTo(exam)).toEqual([1, 2]);
});

it('the clinic pulls by a number without gaps', async () => {
  const { body } = await must(today.machine.get('/api/inbox?after=0&limit=200'));
  const numbers = body.items.map(({ seq }: { seq: number }) => seq);
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers).toEqual(numbers.map((_: number, i: number) => i + 1));
  const rest = (await must(today.machine.get(`/api/inbox?after=${numbers.at(-2)}`))).body.items;
  expect(rest.map(({ seq }: { seq: number }) => seq)).toEqual([numbers.at(-1)]);
});
