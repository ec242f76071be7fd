/** Critical values. @type {import('../hazards.d.mts').Hazard[]} */
export const CRITICAL = [
  {
    id: 'negated-critical-phrase',
    hazard: { zh: '否定句误作危急值', en: 'a negated phrase is taken for a critical finding' },
    defect: [
      {
        file: 'src/lint/text/assertion.ts',
        search: `if (covers(scopes[index]!, start, end)) return 'negated';`,
        replacement: ``,
      },
    ],
    test: { project: 'pure', spec: 'src/lint/text/assertion.spec.ts', name: '右侧未见「气胸」 is negated' },
  },
  {
    id: 'suspected-critical-missed',
    hazard: { zh: '可疑危急表述未提示', en: 'a suspected critical finding is not asked about' },
    defect: [
      {
        file: 'src/lint/text/assertion.ts',
        search: `assertion === 'present' || assertion === 'uncertain';`,
        replacement: `assertion === 'present';`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/lint/lint-quality.spec.ts',
      name: 'is right and complete enough, a miss counting double',
    },
  },
  {
    id: 'critical-corrected-away',
    hazard: {
      zh: '更正后危急值已不成立，卫生院不知',
      en: 'a correction takes a critical finding away, and the clinic goes on treating',
    },
    defect: [
      {
        file: 'src/critical/comparing/content-change.rules.ts',
        search: `withdraw: gone.filter(wasTold),`,
        replacement: `withdraw: [],`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/critical/comparing/content-change.rules.spec.ts',
      name: 'withdraws what is said no more, open',
    },
  },
  {
    id: 'critical-withdrawn-twice',
    hazard: {
      zh: '危急值撤回、再报、再次撤回，卫生院不知第二次撤回',
      en: 'a critical value is withdrawn, said again and withdrawn again, and the clinic is not told the second time',
    },
    // The old withdrawal stays in the way, and the new one is passed over in silence.
    defect: [
      {
        file: 'src/critical/withdrawing/withdrawals.ts',
        search: `if (earlier) await this.settle(tx, earlier, OVERTAKEN_REASON);`,
        replacement: ``,
      },
      {
        file: 'src/critical/withdrawing/withdrawals.ts',
        search: `if (!raised) throw new DomainError(commonErrors.state_conflict, { criticalId: cycle.id, state: cycle.state });`,
        replacement: `if (!raised) return;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/critical/comparing/compare.int-spec.ts',
      name: 'is withdrawn a second time, and the clinic told, when the first withdrawal is not acknowledged',
    },
  },
  {
    id: 'critical-answered-by-a-stranger',
    hazard: {
      zh: '非申请方人员确认危急值',
      en: 'a critical value is acknowledged by somebody who is not of the clinic',
    },
    defect: [
      {
        file: 'src/critical/critical.service.ts',
        search: `if (!ofClinic(ctx, clinicId)) throw new DomainError(criticalErrors.clinic_people_only, { state });`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/critical/critical.int-spec.ts',
      name: 'is for named people of the requesting clinic alone',
    },
  },
  {
    id: 'ladder-timer-lost',
    hazard: { zh: '危急值升级定时丢失', en: 'the timer of the critical ladder is lost' },
    defect: [
      {
        file: 'src/critical/critical.handlers.ts',
        search: `this.sweeps = timers.map((timer) => this.sweepOf(timer));`,
        replacement: `this.sweeps = [];`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/critical/ladder/ladder.int-spec.ts',
      name: 'the ladder, sweep by sweep tells the ordering doctor',
    },
  },
];
