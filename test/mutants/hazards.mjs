/**
 * The hazards of docs/safety.md as data: for each the barrier that stands against it, the defect that takes the barrier
 * away, and the test that must turn red then. `defect` lists every layer of a doubled barrier (service check and database
 * constraint): they are removed together, because each of them alone would hold. A `search` occurs exactly once in its file.
 *
 * @type {import('./hazards.d.mts').Hazard[]}
 */
export const HAZARDS = [
  {
    id: 'another-patients-images',
    hazard: {
      zh: '不同患者号的影像并入同一患者',
      en: 'images of another patient number are taken for the same patient',
    },
    defect: [
      {
        file: 'src/exams/matching.rules.ts',
        search: `return { otherPatient: both(known.localId, sent.localId) && known.localId !== sent.localId, differing };`,
        replacement: `return { otherPatient: false, differing };`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/exams/matching.rules.spec.ts',
      name: 'another number is another patient',
    },
  },
  {
    id: 'signed-under-identity-hold',
    hazard: { zh: '身份存疑时审签', en: 'signed while it is in doubt whose images they are' },
    defect: [
      {
        file: 'src/worklist/readings.ts',
        search: `if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, present);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/worklist/readings.int-spec.ts',
      name: 'signing waits for the end of an identity hold',
    },
  },
  {
    id: 'printed-under-identity-hold',
    hazard: { zh: '身份存疑时打印', en: 'printed while it is in doubt whose images they are' },
    defect: [
      {
        file: 'src/sheets/sheets.service.ts',
        search: `if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, { state: exam.state });`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'test/mutants/held-sheet.int-spec.ts',
      name: 'no sheet leaves while it is in doubt whose images they are',
    },
  },
  {
    id: 'swapped-before-signing',
    hazard: {
      zh: '影像换绑后仍按换绑前所见审签',
      en: 'signed on the pictures as they were before a rebind',
    },
    defect: [
      {
        file: 'src/exams/exam-images.ts',
        search: `        image_set: exam.image_set + 1,
        first_byte_at: now.first_byte_at,`,
        replacement: `        first_byte_at: now.first_byte_at,`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/image-moves.int-spec.ts',
      name: 'takes one study to its right exam',
    },
  },
  {
    id: 'swapped-after-signing',
    hazard: {
      zh: '审签后换绑影像，已发报告无人过问',
      en: 'images rebound after signing, and nobody asks about the report that is out',
    },
    defect: [
      {
        file: 'src/exams/exam-images.ts',
        search: `if (AFTER_SIGNING.includes(exam.state)) {
      const details`,
        replacement: `if (exam.state === 'VOID') {
      const details`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/image-moves.int-spec.ts',
      name: 'moves nothing after signing, unless the identity is in doubt',
    },
  },
  {
    id: 'right-clinic-not-told',
    hazard: {
      zh: '错误患者的报告作废，影像真正所属的卫生院不知',
      en: 'a report on the wrong patient is voided, and the clinic whose images they were is not told',
    },
    defect: [
      {
        file: 'src/reporting/revisions/void-reports.ts',
        search: `if (otherExamId === undefined) return;`,
        replacement: `return;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/revisions/after-signing.int-spec.ts',
      name: 'takes a report on the wrong patient out of force, tells both clinics',
    },
  },
  {
    id: 'wrong-side',
    hazard: { zh: '报告侧别与检查不符', en: 'the report names the other side than the exam’s' },
    defect: [
      {
        file: 'src/lint/laterality.rule.ts',
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
        file: 'src/reporting/proofreading.ts',
        search: `if (errors.length === 0) return results;`,
        replacement: `return results;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/drafting.int-spec.ts',
      name: 'blocks a signature over a hard error',
    },
  },
  {
    id: 'old-version-overtakes',
    hazard: { zh: '旧版晚于新版送达', en: 'an older version arrives after the one that corrects it' },
    defect: [
      {
        file: 'src/delivery/lanes/attempts.ts',
        search: `ORDER BY version_number, event = 'recalled' LIMIT 1`,
        replacement: `ORDER BY version_number DESC, event = 'recalled' LIMIT 1`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/delivery/webhook.int-spec.ts',
      name: 'never lets a correction overtake what it corrects',
    },
  },
  {
    id: 'old-version-unmarked',
    hazard: {
      zh: '卫生院收件箱中旧版未标明已被替代',
      en: 'the clinic files an old version that is not marked as replaced',
    },
    defect: [
      {
        file: 'src/delivery/fan-out.handler.ts',
        search: `if (made.some(({ others }) => others > 0)) await this.supersede(tx, facts.examId);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/delivery/inbox.int-spec.ts',
      name: 'points an older version at the newer one',
    },
  },
  {
    id: 'recalled-still-shown',
    hazard: { zh: '已召回的报告仍可读', en: 'a report that was called back is still handed out' },
    defect: [
      {
        file: 'src/delivery/inbox.queries.ts',
        search: `return row.recalled_at === null ? content : withheld(content, row);`,
        replacement: `return content;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/revisions/recall.int-spec.ts',
      name: 'takes the signature back before the clinic has seen it',
    },
  },
  {
    id: 'recalled-after-seen',
    hazard: { zh: '卫生院看过之后被悄悄召回', en: 'called back after the clinic has acted on it' },
    defect: [
      {
        file: 'src/reporting/revisions/recall.service.ts',
        search: `if (how) throw new DomainError(revisionErrors.recall_too_late, { ...present, how, howName: HOW_NAMES[how] });`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/revisions/recall.int-spec.ts',
      name: 'comes too late once the clinic has seen it',
    },
  },
  {
    id: 'signed-without-all-images',
    hazard: { zh: '影像未传全即审签', en: 'signed before all images are there' },
    defect: [
      {
        file: 'src/worklist/readings.ts',
        search: `if (!exam.images_complete && !exam.metadata_only) throw new DomainError(worklistErrors.images_incomplete, present);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/worklist/readings.int-spec.ts',
      name: 'signing waits for the images of a STAT exam',
    },
  },
  {
    id: 'images-came-while-reading',
    hazard: { zh: '阅片期间新到影像未看即审签', en: 'signed without the images that came while it was read' },
    defect: [
      {
        file: 'src/worklist/claims.ts',
        search: `if (item.image_set === imageSet) return;`,
        replacement: `if (item.image_set >= 0) return;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/reporting.int-spec.ts',
      name: 'sign: images that came after the reviewer opened them',
    },
  },
  {
    id: 'images-came-after-signing',
    hazard: { zh: '审签后补到的影像无人看', en: 'nobody looks at images that come after the signature' },
    defect: [
      {
        file: 'src/reporting/revisions/late-images.ts',
        search: `if (exam.state !== 'SIGNED' && exam.state !== 'AMENDING') return;`,
        replacement: `return;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/revisions/after-signing.int-spec.ts',
      name: 'open one task for the signer, however often they are told',
    },
  },
  {
    id: 'signed-but-no-news',
    hazard: { zh: '已审签但未进入送达', en: 'signed, and the delivery never hears of it' },
    defect: [
      {
        file: 'src/reporting/versions.ts',
        search: `await this.outbox.emit(tx, reportSigned(id, { examId, clinicId, number, kind, signedAt: signedAt.toISOString() }));`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'test/mutants/signature-news.int-spec.ts',
      name: 'a signature and its news to the delivery are one transaction',
    },
  },
  {
    id: 'given-up-too-early',
    hazard: { zh: '长假断网，报告被放弃', en: 'a report is given up while the clinic is closed over a holiday' },
    defect: [
      {
        file: 'src/delivery/lanes/retry.rules.ts',
        search: `...Array.from({ length: 79 }, () => 3 * HOUR),`,
        replacement: `...Array.from({ length: 9 }, () => 3 * HOUR),`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/delivery/lanes/retry.rules.spec.ts',
      name: 'adds up as its comment says, beyond the longest holiday',
    },
  },
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
        file: 'src/critical/content-change.rules.ts',
        search: `withdraw: gone.filter(wasTold),`,
        replacement: `withdraw: [],`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/critical/content-change.rules.spec.ts',
      name: 'withdraws what is said no more, open',
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
      spec: 'src/critical/ladder.int-spec.ts',
      name: 'the ladder, sweep by sweep tells the ordering doctor',
    },
  },
  {
    id: 'save-after-takeover',
    hazard: { zh: '失去领取后仍覆盖他人草稿', en: 'a reader who has lost the exam writes over its draft' },
    defect: [
      {
        file: 'src/worklist/claims.ts',
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
        file: 'src/reporting/drafts.ts',
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
        file: 'src/reporting/drafts.ts',
        search: `await this.copies.keepAnothers(tx, examId);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/drafting.int-spec.ts',
      name: 'offers the draft to the next reader, marked as another’s',
    },
  },
  {
    id: 'two-readers-one-exam',
    hazard: { zh: '两名医师同时书写一份检查', en: 'two readers hold the same exam' },
    defect: [
      {
        file: 'src/worklist/claim.sql.ts',
        search: `i.holder_id IS NULL AND (`,
        replacement: `(i.holder_id IS NULL OR true) AND (`,
      },
      {
        file: 'src/worklist/claim.sql.ts',
        search: `AND (i.state = 'QUEUED' OR`,
        replacement: `AND (i.state IN ('QUEUED', 'CLAIMED') OR`,
      },
      {
        file: 'src/worklist/claim.service.ts',
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
      spec: 'src/worklist/claims.int-spec.ts',
      name: 'tells everyone else who holds it and until when',
    },
  },
  {
    id: 'wrong-clinic-reads',
    hazard: { zh: '他院读取本院收件箱', en: 'a clinic reads another clinic’s reports' },
    defect: [
      {
        file: 'src/delivery/inbox.service.ts',
        search: `if (!clinicIds.some((id) => id === asked)) throw new DomainError(commonErrors.not_found);`,
        replacement: ``,
      },
    ],
    test: { project: 'int', spec: 'src/delivery/inbox.int-spec.ts', name: 'who may read is the clinic alone' },
  },
  {
    id: 'wrong-clinic-acknowledges',
    hazard: { zh: '他院代为签收，本院未收到', en: 'another clinic acknowledges a report that never reached its own' },
    defect: [
      {
        file: 'src/delivery/acknowledgements.service.ts',
        search: `AND id = $2 AND clinic_id = ANY($3)'`,
        replacement: `AND id = $2 AND (clinic_id = ANY($3) OR true)'`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/delivery/inbox.int-spec.ts',
      name: 'does not know another clinic’s or county’s delivery',
    },
  },
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
      spec: 'src/reporting/signing.int-spec.ts',
      name: 'the last walls, in the database refuse one person for both',
    },
  },
  {
    id: 'writer-signs-his-own',
    hazard: { zh: '书写者审签自己的报告', en: 'the writer signs his own text' },
    defect: [
      {
        file: 'src/reporting/signing.service.ts',
        search: `if (!single && submission.writer_id === tx.ctx.actor.id) throw new DomainError(worklistErrors.own_report, present);`,
        replacement: ``,
      },
      {
        file: 'src/worklist/readings.ts',
        search: `if (!single && item.writer_id === item.holder_id) throw new DomainError(worklistErrors.own_report, present);`,
        replacement: ``,
      },
      {
        file: 'src/platform/database/migrations/1764000008000-reporting.ts',
        search: `CHECK (single_sign OR writer_id <> reviewer_id)`,
        replacement: `CHECK (true)`,
      },
    ],
    test: { project: 'int', spec: 'src/reporting/signing.int-spec.ts', name: 'a signature needs two people' },
  },
  {
    id: 'writer-reviews-his-own',
    hazard: { zh: '书写者领取自己报告的审核', en: 'the writer claims the review of his own text' },
    defect: [
      {
        file: 'src/platform/database/migrations/1764000007000-worklist.ts',
        search: `CHECK (stage = 'write' OR holder_id IS NULL OR writer_id IS NULL OR holder_id <> writer_id)`,
        replacement: `CHECK (true)`,
      },
    ],
    test: { project: 'int', spec: 'src/worklist/claims.int-spec.ts', name: 'is kept from him by the database too' },
  },
  {
    id: 'corrector-signs-his-own',
    hazard: { zh: '更正者审签自己的更正', en: 'who wrote a correction signs it himself' },
    defect: [
      {
        file: 'src/reporting/revisions/amendment-signing.service.ts',
        search: `if (amendment.writer_id === signer.id) throw new DomainError(worklistErrors.own_report, present);`,
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
    id: 'licence-expired',
    hazard: { zh: '证书过期者审签', en: 'signed under a licence that has run out' },
    defect: [
      {
        file: 'src/reporting/signing.rules.ts',
        search: `return today > person.licence_valid_until ? 'licence_expired' : undefined;`,
        replacement: `return undefined;`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/reporting/signing.rules.spec.ts',
      name: 'as reviewer with the day after the licence',
    },
  },
  {
    id: 'clock-signs-before-writing',
    hazard: {
      zh: '时钟回拨，审签时间早于书写时间',
      en: 'the clock steps back and a report is signed before it was written',
    },
    defect: [
      {
        file: 'src/worklist/claim.rules.ts',
        search: `return new Date(Math.max(now.getTime(), ...earlier.map((at) => at?.getTime() ?? 0)));`,
        replacement: `return earlier.length < 0 ? new Date(0) : now;`,
      },
      {
        file: 'src/reporting/signed-version.rules.ts',
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
      spec: 'src/reporting/signing.int-spec.ts',
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
