import { readFileSync } from 'node:fs';
import { CRITICAL_FINDINGS, criticalFindings } from './critical';
import { lintReport } from './lint';
import { type FixtureCase, inputOf } from './lint.fixture';
import { Score, table } from './score.fixture';
it('x', () => {
  for (const n of ['a', 'b', 'c']) {
    let j: any;
    try {
      j = JSON.parse(readFileSync(`test/fixtures/lint/held-out-${n}.json`, 'utf8'));
    } catch {
      continue;
    }
    const scores = new Map<string, Score>();
    const wrong: string[] = [];
    const count = (e: readonly string[], f: readonly string[], names: readonly string[], w: string) => {
      for (const name of names) {
        if (!scores.has(name)) scores.set(name, new Score());
        const v = scores.get(name)!.add(e.includes(name), f.includes(name));
        if (v) wrong.push(`${v} ${name}: ${w}`);
      }
    };
    const codes = [...new Set<string>(j.cases.flatMap((c: any) => c.codes))];
    for (const one of j.cases as FixtureCase[]) {
      const res = lintReport(inputOf(one));
      count(one.codes, res.map((r) => r.code), codes, JSON.stringify(one) + ' => ' + res.map((r) => r.text).join(' ; '));
    }
    for (const { text, critical } of j.sentences) {
      const f = criticalFindings({ findings: text, impression: '', recommendation: '' });
      count(critical, f.map((x) => x.finding), CRITICAL_FINDINGS, text + ' => ' + f.map((x) => x.text).join(';'));
    }
    process.stdout.write(`=== ${n}\n${table(scores, wrong)}\n`);
  }
});
