/** Wrong version at the clinic. @type {import('../hazards.d.mts').Hazard[]} */
export const VERSION = [
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
      spec: 'src/delivery/lanes/webhook.int-spec.ts',
      name: 'never lets a correction overtake what it corrects',
    },
  },
  {
    id: 'news-in-the-wrong-order',
    hazard: {
      zh: '消息颠倒，旧版排在新版之后进入卫生院收件箱',
      en: 'news arrives in the wrong order, and the clinic files an old version after the newer one',
    },
    defect: [
      {
        file: 'src/delivery/fan-out.handler.ts',
        search: `if (facts.number > 1) await this.catchUp(tx, facts);`,
        replacement: ``,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/delivery/fan-out.int-spec.ts',
      name: 'hands versions over in the order in which they were signed, however their news arrives',
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
      spec: 'src/delivery/inbox/inbox.int-spec.ts',
      name: 'points an older version at the newer one',
    },
  },
  {
    id: 'recalled-still-shown',
    hazard: { zh: '已召回的报告仍可读', en: 'a report that was called back is still handed out' },
    defect: [
      {
        file: 'src/delivery/inbox/inbox.queries.ts',
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
];

/** Signed but not delivered. @type {import('../hazards.d.mts').Hazard[]} */
export const DELIVERY = [
  {
    id: 'signed-but-no-news',
    hazard: { zh: '已审签但未进入送达', en: 'signed, and the delivery never hears of it' },
    defect: [
      {
        file: 'src/reporting/signing/versions.ts',
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
];

/** Wrong clinic. @type {import('../hazards.d.mts').Hazard[]} */
export const CLINIC = [
  {
    id: 'wrong-clinic-reads',
    hazard: { zh: '他院读取本院收件箱', en: 'a clinic reads another clinic’s reports' },
    defect: [
      {
        file: 'src/delivery/inbox/inbox.service.ts',
        search: `if (!clinicIds.some((id) => id === asked)) throw new DomainError(commonErrors.not_found);`,
        replacement: ``,
      },
    ],
    test: { project: 'int', spec: 'src/delivery/inbox/inbox.int-spec.ts', name: 'who may read is the clinic alone' },
  },
  {
    id: 'wrong-clinic-acknowledges',
    hazard: { zh: '他院代为签收，本院未收到', en: 'another clinic acknowledges a report that never reached its own' },
    defect: [
      {
        file: 'src/delivery/inbox/acknowledgements.service.ts',
        search: `AND id = $2 AND clinic_id = ANY($3)'`,
        replacement: `AND id = $2 AND (clinic_id = ANY($3) OR true)'`,
      },
    ],
    test: {
      project: 'int',
      spec: 'src/delivery/inbox/inbox.int-spec.ts',
      name: 'does not know another clinic’s or county’s delivery',
    },
  },
  {
    id: 'deidentified-but-named',
    hazard: {
      zh: '去标识会诊，影像画面里却有姓名',
      en: 'images of a de-identified consultation show the name in the picture',
    },
    defect: [
      {
        file: 'src/collaboration/consultation/deidentify/refusal.rules.ts',
        search: `if (facts.burnedIn.toUpperCase() === 'YES') return 'burned_in';`,
        replacement: ``,
      },
    ],
    test: {
      project: 'pure',
      spec: 'src/collaboration/consultation/deidentify/refusal.rules.spec.ts',
      name: 'text in the picture',
    },
  },
];
