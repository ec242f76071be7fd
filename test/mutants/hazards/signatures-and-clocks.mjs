/** The signature. @type {import('../hazards.d.mts').Hazard[]} */
export const SIGNATURE = [
  {
    id: 'signature-on-other-content',
    hazard: { zh: '签名之后内容被改动', en: 'the stored content is not what was signed' },
    defect: [
      {
        file: 'src/reporting/verification/verification.rules.ts',
        search: `const faults: Fault[] = sha256(bytes) === evidence.content_sha256 ? [] : ['content'];`,
        replacement: `const faults: Fault[] = [];`,
      },
      {
        file: 'src/reporting/verification/verification.rules.ts',
        search: `if (stamp) faults.push(...STAMP_FAULTS[stampState(bytes, stamp, keyOf(evidence))]);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/reporting/verification/verification.rules.spec.ts',
      name: 'names another impression',
    },
  },
  {
    id: 'signed-unread-opinion',
    hazard: {
      zh: '审签的报告里带着审签者没有读过的会诊意见',
      en: 'a signature covers an opinion that the signer has never read',
    },
    defect: [
      {
        file: 'src/reporting/annexes/annexes.ts',
        search: `if (rows.every(known) && (!annexes || new Set(annexes).size === rows.length)) return;`,
        replacement: `if (rows.every(known) || present !== undefined) return;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/collaboration/consultation/opinion-in-report.int-spec.ts',
      name: 'one that somebody else takes over while the reviewer reads is not signed unread',
    },
  },
  {
    id: 'signed-version-changed',
    hazard: { zh: '已签版本被直接改写', en: 'a signed version is changed in the table' },
    defect: [
      {
        file: 'src/platform/database/migrations/1764000008000-reporting.ts',
        search: `RAISE EXCEPTION 'signed report versions are never changed';`,
        replacement: `NULL;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/signing/signing.int-spec.ts',
      name: 'the last walls, in the database refuse one person for both',
    },
  },
  {
    id: 'writer-signs-his-own',
    hazard: { zh: '书写者审签自己的报告', en: 'the writer signs his own text' },
    defect: [
      {
        file: 'src/reporting/signing/signing.service.ts',
        search: `if (!single && submission.writer_id === tx.ctx.actor.id) throw new DomainError(worklistErrors.own_report, present);`,
        replacement: ``,
      },
      {
        file: 'src/worklist/claiming/readings.ts',
        search: `if (!single && isOwn(item, item.holder_id)) throw new DomainError(worklistErrors.own_report, present);`,
        replacement: ``,
      },
      {
        file: 'src/platform/database/migrations/1764000008000-reporting.ts',
        search: `CHECK (single_sign OR writer_id <> reviewer_id)`,
        replacement: `CHECK (true)`,
      },
    ],
    test: { project: 'int', spec: 'src/reporting/signing/signing.int-spec.ts', name: 'a signature needs two people' },
  },
  {
    id: 'writer-reviews-his-own',
    hazard: { zh: '书写者领取自己报告的审核', en: 'the writer claims the review of his own text' },
    defect: [
      {
        file: 'src/platform/database/migrations/1764000019500-whose-words.ts',
        search: `CHECK (stage = 'write' OR holder_id IS NULL OR ((writer_id IS NULL OR holder_id <> writer_id) AND holder_id <> ALL (hand_ids)))`,
        replacement: `CHECK (true)`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/worklist/claiming/claims.int-spec.ts',
      name: 'is kept from him by the database too',
    },
  },
  {
    id: 'own-words-by-another-hand',
    hazard: {
      zh: '自己写的文字经他人提交后自己审签',
      en: 'one’s own words are signed after another has handed them in',
    },
    defect: [
      {
        file: 'src/reporting/writing/drafts.ts',
        search: `ELSE d.hand_ids || $10::uuid END`,
        replacement: `ELSE ARRAY[$10::uuid] END`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/writing/own-words.int-spec.ts',
      name: 'nor when the other has hardly touched them',
    },
  },
  {
    id: 'corrector-signs-his-own',
    hazard: { zh: '更正者审签自己的更正', en: 'who wrote a correction signs it himself' },
    defect: [
      {
        file: 'src/reporting/revisions/amendment-signing.service.ts',
        search: `if (isOwn(amendment, signer.id)) throw new DomainError(worklistErrors.own_report, present);`,
        replacement: ``,
      },
      {
        file: 'src/platform/database/migrations/1764000008000-reporting.ts',
        search: `CHECK (single_sign OR writer_id <> reviewer_id)`,
        replacement: `CHECK (true)`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/revisions/amendments.int-spec.ts',
      name: 'a correction needs another doctor, who may review',
    },
  },
  {
    id: 'earlier-corrector-signs',
    hazard: {
      zh: '更正转手后，先前的书写者审签',
      en: 'a correction that changed hands is signed by one who wrote it before',
    },
    defect: [
      {
        file: 'src/reporting/revisions/amendment.rules.ts',
        search: `(amendment.writer_id === personId || amendment.hand_ids.includes(personId))`,
        replacement: `amendment.writer_id === personId`,
      },
      {
        file: 'src/platform/database/migrations/1764000018000-amendment-handover.ts',
        search: ` AND reviewer_id <> ALL (hand_ids)`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/revisions/passing/passing.int-spec.ts',
      name: 'handed to somebody who is named by its writer himself, who may not review it afterwards',
    },
  },
  {
    id: 'post-gone-goes-on',
    hazard: {
      zh: '失去岗位的人用原来的领取继续写、继续签',
      en: 'somebody whose post was taken away goes on writing and signing under his old claim',
    },
    defect: [
      {
        file: 'src/worklist/claiming/claims.ts',
        search: `if (hospitalId === null ||`,
        replacement: `if (hospitalId !== '' ||`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/worklist/handover/off-duty.int-spec.ts',
      name: 'is said of whoever has left for good',
    },
  },
  {
    id: 'licence-expired',
    hazard: { zh: '证书过期者审签', en: 'signed under a licence that has run out' },
    defect: [
      {
        file: 'src/reporting/signing/signing.rules.ts',
        search: `return today > person.licence_valid_until ? 'licence_expired' : undefined;`,
        replacement: `return undefined;`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/reporting/signing/signing.rules.spec.ts',
      name: 'as reviewer with the day after the licence',
    },
  },
];

/** Clocks. @type {import('../hazards.d.mts').Hazard[]} */
export const CLOCK = [
  {
    id: 'clock-signs-before-writing',
    hazard: {
      zh: '时钟回拨，审签时间早于书写时间',
      en: 'the clock steps back and a report is signed before it was written',
    },
    defect: [
      {
        file: 'src/worklist/claiming/claim.rules.ts',
        search: `return new Date(Math.max(now.getTime(), ...earlier.map((at) => at?.getTime() ?? 0)));`,
        replacement: `return earlier.length < 0 ? new Date(0) : now;`,
      },
      {
        file: 'src/reporting/signing/signed-version.rules.ts',
        search: `signed_at: signing.signedAt < submission.submitted_at ? submission.submitted_at : signing.signedAt,`,
        replacement: `signed_at: signing.signedAt,`,
      },
      {
        file: 'src/platform/database/migrations/1764000008000-reporting.ts',
        search: `CHECK (signed_at >= written_at)`,
        replacement: `CHECK (true)`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/signing/signing.int-spec.ts',
      name: 'a clock that steps back signs no earlier than it was written',
    },
  },
  {
    id: 'clock-hides-waiting',
    hazard: { zh: '时钟不准，周转时间出现负值', en: 'wrong clocks make negative turnaround that hides real waiting' },
    defect: [
      {
        file: 'src/turnaround/stages.ts',
        search: `THEN greatest(0, extract(epoch FROM \${STAGES[stage]})) END`,
        replacement: `THEN extract(epoch FROM \${STAGES[stage]}) END`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/turnaround/turnaround.int-spec.ts',
      name: 'leaves an exam out of the stages of which it has not both clocks',
    },
  },
];
