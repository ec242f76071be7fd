import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { ManualClock } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { type Answered, type Client, Desk, report, type Seen } from '../desk.fixture';

/** An entry of the inbox, as far as these specs look at it. */
export interface Entry {
  readonly deliveryId: string;
  readonly seq: number;
  readonly state: string;
  readonly kind: string;
  readonly supersedes: number | null;
  readonly supersededBy: string | null;
  readonly reason: string | null;
  readonly changes: { readonly sections: Record<string, unknown>; readonly positive: unknown } | null;
  readonly recalledAt: string | null;
  readonly amending: { readonly reason: string } | null;
  readonly reportVersion: { readonly versionId: string; readonly number: number; readonly kind: string };
  readonly report: { readonly impression: string; readonly patient: { readonly name: string } } | null;
  readonly pdfUrl: string | null;
}

export type Claim = Seen & { readonly amendmentId: string; readonly amendmentState: string; readonly state: string };

/**
 * The whole system with a clinic that reads its inbox, two writers' worth of doctors, a chief and the administrator.
 */
export class RevisionRoom {
  private constructor(
    readonly clock: ManualClock,
    readonly system: System,
    readonly county: TestCounty,
    readonly desk: Desk,
    readonly machine: Client,
    readonly people: Readonly<Record<Who, Client>>,
  ) {}

  /** Everybody signs in at this time; the clock stands. */
  static async open(at?: Date): Promise<RevisionRoom> {
    const clock = new ManualClock(at);
    const system = await startSystem({ clock });
    const county = await seedCounty(system);
    const signed = await Promise.all(WHO.map(async (name) => [name, await signIn(system, county, name)] as const));
    const people = Object.fromEntries(signed) as unknown as Record<Who, Client>;
    const machine = gateway(system, county.clinics[0]!);
    const desk = new Desk(machine, people.writer11, people.reviewer21, until);
    return new RevisionRoom(clock, system, county, desk, machine, people);
  }

  close(): Promise<void> {
    return this.system.stop();
  }

  idOf(name: Who): string {
    return this.county.people.get(name)!.id;
  }

  rows<T>(sql: string, ...params: unknown[]): Promise<T[]> {
    return this.system.db.relay(this.system.ctx(this.county.countyId), (tx) => tx.rows<T>(sql, params));
  }

  change(sql: string, ...params: unknown[]): Promise<number> {
    return this.system.db.relay(this.system.ctx(this.county.countyId), (tx) => tx.change(sql, params));
  }

  async stateOf(exam: string): Promise<string> {
    const [row] = await this.rows<{ state: string }>('SELECT state FROM exam WHERE id = $1', exam);
    return row!.state;
  }

  async entriesOf(exam: string): Promise<Entry[]> {
    const inbox = must(await this.machine.get('/api/inbox?limit=200')) as { items: (Entry & { examId: string })[] };
    return inbox.items.filter(({ examId }) => examId === exam);
  }

  /** The exam's entries as soon as there are so many. */
  entries(exam: string, count: number): Promise<Entry[]> {
    return until(`${count} entries of the exam`, async () => {
      const found = await this.entriesOf(exam);
      return found.length >= count && found;
    });
  }

  /** The clinic's entries when its inbox has heard of all that was signed so far. */
  async allEntriesOf(exam: string): Promise<Entry[]> {
    await until('every signature is fanned out', async () => {
      const open = await this.rows(
        "SELECT 1 FROM outbox_message WHERE consumer = 'delivery.fan-out' AND handled_at IS NULL",
      );
      return open.length === 0;
    });
    return this.entriesOf(exam);
  }

  /** Signed and in the clinic's inbox. */
  async delivered(text: object = {}): Promise<{ exam: string; versionId: string; entry: Entry }> {
    const { exam, versionId } = await this.desk.signed(text);
    const [entry] = await this.entries(exam, 1);
    return { exam, versionId, entry: entry! };
  }

  see(entry: Pick<Entry, 'deliveryId'>): Promise<Answered> {
    return this.people.doctor01.post(`/api/inbox/${entry.deliveryId}/seen`);
  }

  post(who: Who, exam: string, step: string, body: object): Promise<Answered> {
    return this.people[who].post(report(exam, step), body);
  }

  /** A correction opened by the signer, with another text, in the hands of the other doctor. */
  async correction(exam: string, text: object = { impression: '左肺上叶结节。' }): Promise<Claim> {
    const opened = must(await this.post('reviewer21', exam, '/amend', { reason: '侧别有误' })) as Claim;
    const written = await this.desk.put(this.people.reviewer21, exam, seenOf(opened), text);
    return must(await this.post('reviewer21', exam, '/submit', written)) as Claim;
  }

  async corrected(exam: string, text?: object): Promise<{ versionId: string }> {
    const submitted = await this.correction(exam, text);
    return must(await this.post('reviewer11', exam, '/sign', seenOf(submitted))) as { versionId: string };
  }
}

const WHO = [
  'tech01',
  'doctor01',
  'doctor02',
  'writer11',
  'writer12',
  'reviewer11',
  'reviewer21',
  'reviewer22',
  'chief1',
  'admin',
] as const;
export type Who = (typeof WHO)[number];

/** What a command takes of what the last one answered. */
export const seenOf = ({ fence, version, imageSet }: Seen): Seen => ({ fence, version, imageSet });

export function must({ status, body }: Answered): unknown {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

/** Status and, of a refusal, its code; of anything else the state it answers. */
export function codeOf({ status, body }: Answered): [number, string | undefined] {
  const { code, state } = body as { code?: string; state?: string };
  return [status, code ?? state];
}
