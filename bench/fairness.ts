import type { Priority } from '../src/exams';
import { dueAt } from '../src/worklist/list/due.rules';
import { DEFAULT_LIMITS } from '../src/worklist/limits';
import { type CountyDay, countyDay, ONE_EACH, type Staff } from './fairness/county-day';
import { factsOf, Fifo, ProductList, StrictPriority } from './fairness/lists';
import { type List, type Read, replay } from './fairness/simulation';
import { type Bench, type Figures, figure, median, note, quantile, table } from './harness/figures';

const PRIORITIES: readonly Priority[] = ['STAT', 'URGENT', 'ROUTINE', 'SCREENING'];
const LISTS = {
  product: (day: CountyDay): List => new ProductList(day, DEFAULT_LIMITS),
  strict: (): List => new StrictPriority(),
  fifo: (): List => new Fifo(),
};
type ListName = keyof typeof LISTS;
const NAMES = Object.keys(LISTS) as ListName[];

/** The same days for all three lists. A single day has six STAT exams: only many days say something about their tail. */
const SEEDS = { 1: 501, 10: 101 } as const;
/** The same day with more readers: where hardly anybody waits, an exam still belongs to its first hospital for a while. */
const RICHER: readonly Staff[] = [
  [2, 1, 1, 1],
  [2, 2, 1, 1],
];
const RICHER_SEEDS = 101;

interface Waits {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Percent read to the end before they were due. */
  readonly inTime: number;
}

/** A county's day, and one ten times as big, through the product's list, strict priority and first come, first served. */
async function run(): Promise<Figures> {
  const small = simulate(1);
  const large = simulate(10);
  show('fairness: waiting in minutes on a county’s day (320 exams, 4 rosters)', SEEDS[1], small);
  show('fairness: the same, ten times as big (3,200 exams, ten times the readers)', SEEDS[10], large);
  showRicher();
  return Promise.resolve({ ...figuresOf(small, ''), ...figuresOf(large, '_x10') });
}

type Result = Readonly<Record<ListName, Readonly<Record<Priority, Waits>>>>;

function simulate(scale: 1 | 10, seeds: number = SEEDS[scale], staff = ONE_EACH): Result {
  note(`replaying ${seeds} days × ${scale} …`);
  const byList = Object.fromEntries(NAMES.map((name) => [name, [] as Record<Priority, Waits>[]]));
  for (let seed = 1; seed <= seeds; seed += 1) {
    const day = countyDay(seed, scale, staff);
    for (const name of NAMES) byList[name]!.push(waitsOf(replay(day, LISTS[name](day))));
  }
  return Object.fromEntries(NAMES.map((name) => [name, medianOf(byList[name]!)])) as Result;
}

function waitsOf(reads: readonly Read[]): Record<Priority, Waits> {
  const one = (priority: Priority): Waits => {
    const own = reads.filter((read) => read.exam.priority === priority);
    const waits = own.map((read) => read.wait);
    const inTime = own.filter((read) => read.endedAt <= dueAt(factsOf(read.exam), DEFAULT_LIMITS).getTime()).length;
    return {
      p50: quantile(waits, 0.5),
      p95: quantile(waits, 0.95),
      max: Math.max(...waits),
      inTime: (100 * inTime) / own.length,
    };
  };
  return Object.fromEntries(PRIORITIES.map((priority) => [priority, one(priority)])) as Record<Priority, Waits>;
}

/** Each figure's median over the days. */
function medianOf(days: readonly Record<Priority, Waits>[]): Record<Priority, Waits> {
  const over = (priority: Priority, key: keyof Waits): number => median(days.map((day) => day[priority][key]));
  return Object.fromEntries(
    PRIORITIES.map((priority) => [
      priority,
      {
        p50: over(priority, 'p50'),
        p95: over(priority, 'p95'),
        max: over(priority, 'max'),
        inTime: over(priority, 'inTime'),
      },
    ]),
  ) as Record<Priority, Waits>;
}

const SAID: Readonly<Record<ListName, string>> = { product: 'ours', strict: 'strict priority', fifo: 'FIFO' };

function show(title: string, seeds: number, result: Result): void {
  table(`${title}, median of ${seeds} days`, [
    ['list', 'priority', 'P50', 'P95', 'max', 'in time %'],
    ...NAMES.flatMap((name) =>
      PRIORITIES.map((priority) => {
        const { p50, p95, max, inTime } = result[name][priority];
        return [SAID[name], priority, ...[p50, p95, max, inTime].map((value) => value.toFixed(1))];
      }),
    ),
  ]);
}

/** No figure of the contract: it says where the order of the list stops paying. */
function showRicher(): void {
  table(`fairness: the same day with more readers, median of ${RICHER_SEEDS} days (STAT P95 · routine max)`, [
    ['readers by day', ...NAMES.map((name) => SAID[name])],
    ...RICHER.map((staff) => {
      const result = simulate(1, RICHER_SEEDS, staff);
      const said = NAMES.map((name) => `${result[name].STAT.p95.toFixed(2)} · ${result[name].ROUTINE.max.toFixed(1)}`);
      return [String(staff.reduce((sum, one) => sum + one, 0)), ...said];
    }),
  ]);
}

function figuresOf(result: Result, suffix: string): Figures {
  return {
    [`stat_p95${suffix}`]: figure(result.product.STAT.p95),
    [`stat_p95_strict${suffix}`]: figure(result.strict.STAT.p95),
    [`routine_max${suffix}`]: figure(result.product.ROUTINE.max),
    [`routine_max_fifo${suffix}`]: figure(result.fifo.ROUTINE.max),
  };
}

export const fairness: Bench = { name: 'fairness', run };
