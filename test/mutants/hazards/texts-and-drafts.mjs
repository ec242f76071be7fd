/** Wrong side, wrong text. @type {import('../hazards.d.mts').Hazard[]} */
export const TEXT = [
  {
    id: 'wrong-side',
    hazard: { zh: '报告侧别与检查不符', en: 'the report names the other side than the exam’s' },
    defect: [
      {
        file: 'src/lint/laterality/laterality.rule.ts',
        search: `return [{ rule: 'side_of_exam', phrase, expected }];`,
        replacement: `return [];`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/lint/lint-quality.spec.ts',
      name: 'LATERALITY is right and complete enough',
    },
  },
  {
    id: 'hard-error-signed',
    hazard: { zh: '校对有硬错误仍可审签', en: 'a hard error of the lint is signed over' },
    defect: [
      {
        file: 'src/reporting/writing/proofreading.ts',
        search: `if (errors.length === 0) return results;`,
        replacement: `return results;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/writing/drafting.int-spec.ts',
      name: 'blocks a signature over a hard error',
    },
  },
  {
    id: 'copied-from-another-patient',
    hazard: { zh: '把别人的报告当作既往报告引用', en: 'another patient’s report is copied as an earlier one' },
    defect: [
      {
        file: 'src/reporting/writing/drafts.ts',
        search: `if (!(await this.people.isOne(tx, examId, version.exam_id)))`,
        replacement: `if (examId === '')`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/writing/drafting.int-spec.ts',
      name: 'takes no text over from the report of another patient',
    },
  },
];

/** Another reader’s draft. @type {import('../hazards.d.mts').Hazard[]} */
export const DRAFT = [
  {
    id: 'save-after-takeover',
    hazard: { zh: '失去领取后仍覆盖他人草稿', en: 'a reader who has lost the exam writes over its draft' },
    defect: [
      {
        file: 'src/worklist/claiming/claims.ts',
        search: `if (item.holder_id !== tx.ctx.actor.id || item.fence !== hold.fence)`,
        replacement: `if (item.fence < 0)`,
      },
    ],
    test: { project: 'int', spec: 'src/reporting/reporting.int-spec.ts', name: 'draft: fence and version' },
  },
  {
    id: 'save-from-stale-version',
    hazard: { zh: '旧页面覆盖较新的草稿', en: 'a tab that was left open writes over a newer draft' },
    defect: [
      {
        file: 'src/reporting/writing/drafts.ts',
        search: `WHERE d.county_id = $2 AND d.version = $3`,
        replacement: `WHERE d.county_id = $2`,
      },
    ],
    test: { project: 'int', spec: 'src/reporting/reporting.int-spec.ts', name: 'draft: fence and version' },
  },
  {
    id: 'another-readers-text-lost',
    hazard: {
      zh: '接手者覆盖前一医师文字且无留底',
      en: 'the text of the reader before is written over without a trace',
    },
    defect: [
      {
        file: 'src/reporting/writing/drafts.ts',
        search: `await this.copies.keepAnothers(tx, examId);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/writing/drafting.int-spec.ts',
      name: 'offers the draft to the next reader, marked as another’s',
    },
  },
  {
    id: 'two-readers-one-exam',
    hazard: { zh: '两名医师同时书写一份检查', en: 'two readers hold the same exam' },
    defect: [
      {
        file: 'src/worklist/claiming/claim.sql.ts',
        search: `i.holder_id IS NULL AND (`,
        replacement: `(i.holder_id IS NULL OR true) AND (`,
      },
      {
        file: 'src/worklist/claiming/claim.sql.ts',
        search: `AND ((i.state = 'QUEUED' AND`,
        replacement: `AND ((i.state IN ('QUEUED', 'CLAIMED') AND`,
      },
      {
        file: 'src/worklist/claiming/claim.service.ts',
        search: `from: CLAIMABLE[stage].filter((state) => state !== 'UPLOADING' || taken.priority === 'STAT'),`,
        replacement: `from: [...CLAIMABLE[stage], CLAIMED_AS[stage]],`,
      },
      {
        file: 'src/exams/exam.state.ts',
        search: `CLAIMED: ['QUEUED', 'PENDING_REVIEW',`,
        replacement: `CLAIMED: ['CLAIMED', 'QUEUED', 'PENDING_REVIEW',`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/worklist/claiming/claims.int-spec.ts',
      name: 'tells everyone else who holds it and until when',
    },
  },
];
