import { Client } from 'pg';
import type { Installation } from '../harness/processes';
import { until } from '../harness/wait';

/** A place in the work of the product that can be seen in the database: somebody comes to this statement. */
export type Place =
  /** Reads or writes the table at all. */
  | { readonly at: 'table'; readonly table: string }
  /** Writes a row for which `row`, a condition on NEW (and OLD), holds; `commit` is the commit of that. */
  | {
      readonly at: 'before' | 'after' | 'commit';
      readonly act: 'INSERT' | 'UPDATE';
      readonly table: string;
      readonly row?: string;
    };

/** Chosen at random; the product takes no advisory lock with two keys. */
const KEY = [0x6861, 0x6c74] as const;

/**
 * Makes whoever comes to a place wait there, from the database's side and for the product no different from a slow disk,
 * so that a process can be killed exactly there. Let go, the statement goes on, as it does after the death of its client.
 */
export class Halt {
  private constructor(
    private readonly client: Client,
    private readonly place: Place,
  ) {}

  static async at({ config }: Installation, place: Place): Promise<Halt> {
    const client = new Client({ connectionString: config.databaseUrl });
    await client.connect();
    const halt = new Halt(client, place);
    await halt.set();
    return halt;
  }

  /** Resolves when somebody waits there. */
  async reached(): Promise<void> {
    const { place } = this;
    const lock =
      place.at === 'table'
        ? `locktype = 'relation' AND relation = '${place.table}'::regclass`
        : `locktype = 'advisory' AND classid = ${KEY[0]} AND objid = ${KEY[1]}`;
    const waits = async (): Promise<boolean> => {
      const { rowCount } = await this.client.query(
        `SELECT 1 FROM pg_locks WHERE ${lock} AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return rowCount !== 0;
    };
    await until(`somebody waits ${place.at} ${place.table}`, waits);
  }

  /** Lets whoever waits go on, waits for the end of his transaction, and takes the halt away. */
  async lift(): Promise<void> {
    if (this.place.at === 'table') await this.client.query('COMMIT');
    else {
      await this.client.query('SELECT pg_advisory_unlock($1, $2)', [...KEY]);
      await this.client.query(`DROP TRIGGER test_halt ON ${this.place.table}; DROP FUNCTION test_halt()`);
    }
    await this.client.end();
  }

  private async set(): Promise<void> {
    const { place } = this;
    if (place.at === 'table') {
      await this.client.query(`BEGIN; LOCK TABLE ${place.table} IN ACCESS EXCLUSIVE MODE`);
      return;
    }
    await this.client.query('SELECT pg_advisory_lock($1, $2)', [...KEY]);
    await this.client.query(`
      CREATE FUNCTION test_halt() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(${KEY.join()});
        RETURN NEW;
      END $$`);
    const [kind, time] = place.at === 'commit' ? ['CONSTRAINT TRIGGER', 'AFTER'] : ['TRIGGER', place.at];
    await this.client.query(
      `CREATE ${kind} test_halt ${time} ${place.act} ON ${place.table}
       ${place.at === 'commit' ? 'DEFERRABLE INITIALLY DEFERRED' : ''} FOR EACH ROW
       ${place.row ? `WHEN (${place.row})` : ''} EXECUTE FUNCTION test_halt()`,
    );
  }
}
