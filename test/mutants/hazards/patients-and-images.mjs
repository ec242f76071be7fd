/** Wrong patient. @type {import('../hazards.d.mts').Hazard[]} */
export const PATIENT = [
  {
    id: 'another-patients-images',
    hazard: {
      zh: '不同患者号的影像并入同一患者',
      en: 'images of another patient number are taken for the same patient',
    },
    defect: [
      {
        file: 'src/exams/images/matching.rules.ts',
        search: `return { otherPatient: both(known.localId, sent.localId) && known.localId !== sent.localId, differing };`,
        replacement: `return { otherPatient: false, differing };`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/exams/images/matching.rules.spec.ts',
      name: 'another number is another patient',
    },
  },
  {
    id: 'exam-becomes-anothers',
    hazard: {
      zh: '已有影像的检查改成了另一位患者的',
      en: 'an exam that has its images silently becomes another patient’s',
    },
    defect: [
      {
        file: 'src/exams/commands/other-patient.ts',
        search: `if (!mayBecomeAnothers(exam)) throw`,
        replacement: `if (!mayBecomeAnothers(exam) && exam.image_set < 0) throw`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/commands/other-patient.int-spec.ts',
      name: 'becomes nobody else’s by a request under its accession number',
    },
  },
  {
    id: 'former-patients-identity',
    hazard: {
      zh: '改登记为他人后，仍留着前一位患者的证件号和出生日期',
      en: 'registered anew for another patient, an exam keeps the former one’s ID number and birth date',
    },
    defect: [
      {
        file: 'src/exams/exam-door.ts',
        search: `...(anothers ? content : known(content))`,
        replacement: `...known(content)`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/commands/other-patient.int-spec.ts',
      name: 'becomes another patient’s by a request, and keeps nothing of the former one',
    },
  },
  {
    id: 'corrected-into-somebody-else',
    hazard: {
      zh: '信息更正把已签报告改成了另一个人的',
      en: 'a correction of personal data makes a signed report somebody else’s',
    },
    defect: [
      {
        file: 'src/exams/patients.ts',
        search: `return otherPatient || (otherAge && differing.includes('name') && differing.includes('sex'));`,
        replacement: `return otherPatient || (otherAge && differing.length < 0);`,
      },
    ],
    test: { project: 'pure', spec: 'src/exams/patients.spec.ts', name: 'of name, sex and birth date' },
  },
  {
    id: 'signed-under-identity-hold',
    hazard: { zh: '身份存疑时审签', en: 'signed while it is in doubt whose images they are' },
    defect: [
      {
        file: 'src/worklist/claiming/readings.ts',
        search: `if (exam.identity_hold_at) throw new DomainError(examErrors.identity_on_hold, present);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/worklist/claiming/readings.int-spec.ts',
      name: 'signing waits for the end of an identity hold',
    },
  },
  {
    id: 'doubt-ended-unheard',
    hazard: {
      zh: '身份存疑被他人解除，提出者不知',
      en: 'a doubt is lifted by another, and whoever had it does not hear',
    },
    defect: [
      {
        file: 'src/exams/commands/identity-hold.service.ts',
        search: `      await this.notices.doubtAnswered(tx, exam, await this.raisedBy(tx, examId), reason);`,
        replacement: `      await this.raisedBy(tx, examId);`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/commands/exam-notices.int-spec.ts',
      name: 'the end of a doubt at once to whoever had it, if it was somebody else',
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
        file: 'src/exams/images/exam-images.ts',
        search: `        image_set: exam.image_set + 1,
        first_byte_at: now.first_byte_at,`,
        replacement: `        first_byte_at: now.first_byte_at,`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/images/image-moves.int-spec.ts',
      name: 'takes one study to its right exam',
    },
  },
  {
    id: 'text-of-other-images',
    hazard: {
      zh: '影像换走后，照旧影像写的文字仍被审签',
      en: 'a text written on images that were taken away since is signed',
    },
    defect: [
      {
        file: 'src/reporting/signing/current-text.ts',
        search: `if (outdated) throw`,
        replacement: `if (outdated && examId === '') throw`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/signing/signed-images.int-spec.ts',
      name: 'is not signed by a reviewer to whom nobody has told it',
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
        file: 'src/exams/images/exam-images.ts',
        search: `const code = flagUnderReport(exam, 'moved');`,
        replacement: `const code = flagUnderReport({ ...exam, state: 'VOID' }, 'moved');`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/images/image-moves.int-spec.ts',
      name: 'moves nothing after signing, unless the identity is in doubt',
    },
  },
  {
    id: 'swapped-under-preliminary',
    hazard: {
      zh: '临时报告已发出，影像换绑后仍照此治疗',
      en: 'images rebound under a preliminary report that the clinic treats by',
    },
    defect: [
      {
        file: 'src/exams/exam.state.ts',
        search: `return preliminaryAt !== null || state === 'PRELIM_ISSUED' || AFTER_SIGNING.includes(state);`,
        replacement: `return AFTER_SIGNING.includes(state);`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/images/images-under-preliminary.int-spec.ts',
      name: 'are not moved while it is PRELIM_ISSUED',
    },
  },
  {
    id: 'opened-by-anothers-uid',
    hazard: {
      zh: '按检查 UID 打开的是另一家卫生院的患者',
      en: 'the study UID of an exam opens the images of another clinic’s patient',
    },
    defect: [
      {
        file: 'src/exams/images/image-moves.ts',
        search: `if (study.quarantined_at) throw new DomainError(examErrors.study_quarantined, present(exam));`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/images/image-moves.int-spec.ts',
      name: 'not a quarantined study: whoever opens its UID would see the other clinic’s patient',
    },
  },
  {
    id: 'announced-anothers-uid',
    hazard: {
      zh: '申请所报的检查 UID 打开的是另一家卫生院的患者',
      en: 'the study UID that a request announces opens another clinic’s patient',
    },
    defect: [
      {
        file: 'src/exams/exam.view.ts',
        search: `return declared_studies.filter((study) => !taken_uids.includes(study.studyInstanceUid));`,
        replacement: `return taken_uids.length < 0 ? [] : [...declared_studies];`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/exams/commands/other-patient.int-spec.ts',
      name: 'and that is another clinic’s is shown to nobody, and flagged',
    },
  },
  {
    id: 'another-patients-picture',
    hazard: {
      zh: '报告单上印着别人的图像',
      en: 'a sheet prints a picture of somebody else',
    },
    defect: [
      {
        file: 'src/reporting/signing/versions.ts',
        search: `const keyImages = marked.filter(({ sha256: file }) => images.includes(file));`,
        replacement: `const keyImages = marked;`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/key-images/key-images.int-spec.ts',
      name: 'are not brought back by a corrected name once they were taken from the exam',
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
    id: 'two-people-by-way-of-a-third',
    hazard: {
      zh: '已判定的两个人，经第三家卫生院又成了一个人',
      en: 'two people who were told apart become one by way of a third clinic',
    },
    defect: [
      {
        file: 'src/priors/persons/person-group.rules.ts',
        search: `const together = apart.filter(({ a, b }) => groupOf.has(a) && groupOf.get(a) === groupOf.get(b));`,
        replacement: `const together = apart.filter(() => false);`,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/priors/persons/person-group.rules.spec.ts',
      name: 'people who were said to be two do not become one by way of a third',
    },
  },
];

/** Missing images. @type {import('../hazards.d.mts').Hazard[]} */
export const IMAGES = [
  {
    id: 'signed-without-all-images',
    hazard: { zh: '影像未传全即审签', en: 'signed before all images are there' },
    defect: [
      {
        file: 'src/worklist/claiming/readings.ts',
        search: `if (!exam.images_complete && !exam.metadata_only) throw new DomainError(worklistErrors.images_incomplete, present);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/worklist/claiming/readings.int-spec.ts',
      name: 'signing waits for the images of a STAT exam',
    },
  },
  {
    id: 'images-came-while-reading',
    hazard: { zh: '阅片期间新到影像未看即审签', en: 'signed without the images that came while it was read' },
    defect: [
      {
        file: 'src/worklist/claiming/claims.ts',
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
        search: `if (exam.state !== 'SIGNED' && exam.state !== 'AMENDING') return this.tellOfPreliminary(tx, exam);`,
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
    id: 'confirmed-unseen',
    hazard: {
      zh: '确认无变化时又有新影像到达',
      en: '‘no change’ is said of images that came after he looked',
    },
    defect: [
      {
        file: 'src/reporting/revisions/late-images.ts',
        search: `if (input.imageSet !== exam.image_set) throw`,
        replacement: `if (input.imageSet < 0) throw`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/reporting/revisions/after-signing.int-spec.ts',
      name: 'open one task for the signer, however often they are told',
    },
  },
];
