import criticalEighth from '../../test/fixtures/lint/critical.eighth.json';
import criticalFifth from '../../test/fixtures/lint/critical.fifth.json';
import criticalFirst from '../../test/fixtures/lint/critical.first.json';
import criticalFourth from '../../test/fixtures/lint/critical.fourth.json';
import criticalSecond from '../../test/fixtures/lint/critical.second.json';
import criticalSeventh from '../../test/fixtures/lint/critical.seventh.json';
import criticalSixth from '../../test/fixtures/lint/critical.sixth.json';
import criticalThird from '../../test/fixtures/lint/critical.third.json';
import heldOutA from '../../test/fixtures/lint/held-out-a.json';
import heldOutB from '../../test/fixtures/lint/held-out-b.json';
import heldOutC from '../../test/fixtures/lint/held-out-c.json';
import reportsA from '../../test/fixtures/lint/reports-a.json';
import reportsB from '../../test/fixtures/lint/reports-b.json';
import reportsC from '../../test/fixtures/lint/reports-c.json';
import reportsD from '../../test/fixtures/lint/reports-d.json';
import reportsE from '../../test/fixtures/lint/reports-e.json';
import reportsF from '../../test/fixtures/lint/reports-f.json';
import rulesFifth from '../../test/fixtures/lint/rules.fifth.json';
import rulesFirst from '../../test/fixtures/lint/rules.first.json';
import rulesFourth from '../../test/fixtures/lint/rules.fourth.json';
import rulesSeventh from '../../test/fixtures/lint/rules.seventh.json';
import rulesSixth from '../../test/fixtures/lint/rules.sixth.json';
import rulesSecond from '../../test/fixtures/lint/rules.second.json';
import rulesThird from '../../test/fixtures/lint/rules.third.json';
import { CRITICAL_FINDINGS, criticalFindings } from './critical/critical';
import { lintReport } from './lint';
import { type FixtureCase, inputOf } from './lint.fixture';
import { RULES } from './rules';
import { Score, table } from './score.fixture';

/** Bars of the product: how often a result is right, how often a fault is found. A missed critical phrase counts double. */
const PRECISION = 0.95;
const RECALL = 0.9;
const MISSED_CRITICAL = 2;
const LEAST_SENTENCES = 200;

/** Batches that were written and tagged before the rules had seen them; they hold reports and sentences. */
const HELD_OUT = [heldOutA, heldOutB, heldOutC];
/** Whole reports, tagged in the same way for both. */
const WHOLE = [reportsA, reportsB, reportsC, reportsD, reportsE, reportsF];
const REPORTS = [
  rulesFirst,
  rulesSecond,
  rulesThird,
  rulesFourth,
  rulesFifth,
  rulesSixth,
  rulesSeventh,
  ...HELD_OUT,
  ...WHOLE,
].flatMap(({ cases }) => cases as FixtureCase[]);
const SENTENCES = [
  ...[
    criticalFirst,
    criticalSecond,
    criticalThird,
    criticalFourth,
    criticalFifth,
    criticalSixth,
    criticalSeventh,
    criticalEighth,
  ].map(({ cases }) => cases),
  ...HELD_OUT.map(({ sentences }) => sentences),
].flat();
const CODES = [...new Set(Object.values(RULES).map(({ code }) => code))];

const scores = new Map<string, Score>([...CODES, ...CRITICAL_FINDINGS].map((name) => [name, new Score()]));
const wrong: string[] = [];

function count(expected: readonly string[], found: readonly string[], names: readonly string[], where: string): void {
  for (const name of names) {
    const verdict = scores.get(name)!.add(expected.includes(name), found.includes(name));
    if (verdict) wrong.push(`${verdict} ${name}: ${where}`);
  }
}

beforeAll(() => {
  for (const one of REPORTS) {
    const input = inputOf(one);
    const found = lintReport(input).map(({ code }) => code);
    count(one.codes, found, CODES, JSON.stringify(one));
    if (!one.critical) continue;
    const critical = criticalFindings(input).map(({ finding }) => finding);
    count(one.critical, critical, CRITICAL_FINDINGS, JSON.stringify(one));
  }
  for (const { text, critical } of SENTENCES) {
    const found = criticalFindings({ findings: text, impression: '', recommendation: '' });
    count(
      critical,
      found.map(({ finding }) => finding),
      CRITICAL_FINDINGS,
      text,
    );
  }
  process.stdout.write(`${table(scores, wrong)}\n`);
});

it('is measured on enough sentences, with positives and hard negatives for every rule and finding', () => {
  expect(REPORTS.length).toBeGreaterThanOrEqual(LEAST_SENTENCES);
  expect(SENTENCES.length).toBeGreaterThanOrEqual(LEAST_SENTENCES);
  expect([...scores].filter(([, score]) => score.expected < 5 || score.others < 5)).toEqual([]);
});

it('knows every code and finding that the sentences name', () => {
  const named = [
    ...REPORTS.flatMap(({ codes, critical }) => [...codes, ...(critical ?? [])]),
    ...SENTENCES.flatMap(({ critical }) => critical),
  ];
  expect(named.filter((name) => !scores.has(name))).toEqual([]);
});

it.each(CODES)('%s is right and complete enough', (code) => {
  const score = scores.get(code)!;
  expect(score.precision).toBeGreaterThanOrEqual(PRECISION);
  expect(score.recall()).toBeGreaterThanOrEqual(RECALL);
});

it.each(CRITICAL_FINDINGS)('%s is right and complete enough, a miss counting double', (finding) => {
  const score = scores.get(finding)!;
  expect(score.precision).toBeGreaterThanOrEqual(PRECISION);
  expect(score.recall(MISSED_CRITICAL)).toBeGreaterThanOrEqual(RECALL);
});

it('finds the same in the impression as in the findings, and quotes it as it was written', () => {
  for (const { text } of SENTENCES) {
    const inFindings = criticalFindings({ findings: text, impression: '', recommendation: '' });
    const inImpression = criticalFindings({ findings: '', impression: text, recommendation: '' });
    expect(inImpression).toEqual(inFindings);
    expect(inFindings.filter((hit) => !text.includes(hit.text))).toEqual([]);
  }
});
