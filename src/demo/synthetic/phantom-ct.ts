import type { Random } from './random';
import type { Ellipse } from './raster';

/** What can be drawn into a picture, so that a sample report and its images say the same thing. */
export type Finding =
  | 'nodule' // right upper lobe
  | 'consolidation' // right lower lobe
  | 'effusion' // left pleura
  | 'pneumothorax' // right
  | 'haemorrhage' // left basal ganglia
  | 'epidural' // right, lens-shaped
  | 'free-air' // below the diaphragm
  | 'ureter-stone' // left
  | 'gallstones'
  | 'sinusitis' // right maxillary sinus
  | 'obstruction' // small bowel, air-fluid levels
  | 'rib-fracture'; // left, two ribs

/** One painted part of a cross-section, value in Hounsfield units; later parts cover earlier ones. */
export interface Part {
  readonly at: Ellipse;
  readonly hu: number;
}

export type CtRegion = 'chest' | 'head' | 'neck' | 'abdomen' | 'sinus';

/** What differs between patients and stays the same through the slices of one. */
export interface Build {
  readonly size: number;
  /** Vessels of both lungs: place, radius, and the stretch of the scan in which they are met. */
  readonly vessels: readonly { x: number; y: number; r: number; from: number; to: number; drift: number }[];
  readonly sulci: readonly { angle: number; length: number }[];
  readonly bowel: readonly { x: number; y: number; r: number; air: boolean; from: number; to: number }[];
}

export function buildOf(random: Random): Build {
  const vessels = Array.from({ length: 520 }, () => {
    const from = random.between(-0.1, 0.95);
    const side = random.chance(0.5) ? 1 : -1;
    return {
      x: side * random.between(24, 118),
      y: random.between(-70, 60),
      r: random.between(0.8, 2.6),
      from,
      to: from + random.between(0.06, 0.2),
      drift: random.between(-60, 60),
    };
  });
  const sulci = Array.from({ length: 30 }, (_, i) => ({
    angle: i * 12 + random.between(-4, 4),
    length: random.between(4, 11),
  }));
  const bowel = Array.from({ length: 26 }, () => {
    const from = random.between(0.1, 0.9);
    return {
      x: random.between(-75, 95),
      y: random.between(-70, 5),
      r: random.between(9, 17),
      air: random.chance(0.35),
      from,
      to: from + random.between(0.1, 0.3),
    };
  });
  return { size: random.between(0.93, 1.04), vessels, sulci, bowel };
}

/**
 * The parts of one cross-section, in mm of an adult lying supine, seen from the feet (patient's right on the left).
 * @param level 0 at the first slice (towards the head) to 1 at the last (towards the feet)
 */
export function crossSection(region: CtRegion, level: number, build: Build, finding: Finding | undefined): Part[] {
  switch (region) {
    case 'chest':
      return [...couch(150), ...chest(level, build), ...chestFinding(level, finding)];
    case 'abdomen':
      return [...couch(150), ...abdomen(level, build), ...abdomenFinding(level, finding)];
    case 'head':
      return [...head(level, build), ...headFinding(level, build, finding)];
    case 'neck':
      return neck(level, build);
    case 'sinus':
      return face(level, finding);
  }
}

const part = (hu: number, x: number, y: number, a: number, b: number, turn = 0): Part => ({
  hu,
  at: { x, y, a, b, turn },
});
/** The same on both sides of the body. */
const pair = (hu: number, x: number, y: number, a: number, b: number, turn = 0): Part[] => [
  part(hu, -x, y, a, b, turn),
  part(hu, x, y, a, b, -turn),
];
const when = (condition: boolean, parts: () => readonly Part[]): readonly Part[] => (condition ? parts() : []);

const couch = (y: number): Part[] => [part(-350, 0, y, 260, 14), part(-960, 0, y, 257, 11.5)];

const vertebra = (y: number, width: number): Part[] => [
  part(420, 0, y + 26, width * 1.55, 4.5), // transverse processes
  part(380, 0, y + 36, 4.5, 14), // spinous process
  part(520, 0, y, width, width * 0.78),
  part(190, 0, y, width - 2, width * 0.78 - 2),
  part(450, 0, y + width, 11, 10),
  part(15, 0, y + width, 8, 7.5), // canal
];

function chest(level: number, build: Build): Part[] {
  const k = build.size;
  const width = 168 * k;
  const depth = 112 * k;
  // The lungs are narrow at the apex and widest at the diaphragm.
  const lung = Math.min(1, 0.42 + 1.15 * Math.sqrt(level));
  const dome = Math.max(0, (level - 0.78) / 0.22);
  return [
    ...when(level < 0.16, () => pair(45, 150 * k, 6, 52, 60)), // shoulders
    part(-95, 0, 0, width, depth),
    part(48, 0, 4, width - 13, depth - 13),
    ...when(level < 0.16, () => [...pair(520, 158 * k, 2, 23, 22), ...pair(210, 158 * k, 2, 20, 19)]),
    part(-70, 0, 2, width - 36, depth - 30),
    ...pair(-865, 76 * k, -2, 60 * k * lung, 82 * k * lung, 6),
    ...vesselsOf(level, build, lung),
    ...ribs(level, k),
    ...when(level < 0.5, () => pair(480, 122 * k, 66 * k, 34 - level * 30, 3.2, -38)), // blade of the shoulder
    part(-60, 0, -8, 40 * k, 62 * k), // mediastinal fat
    ...when(level < 0.12, () => pair(50, 17, -8, 13, 17)), // thyroid and neck vessels
    part(42, -16, -34, 11, 13), // superior vena cava, right atrium
    ...aorta(level, k),
    ...when(level < 0.44, () => airway(level)),
    ...when(level > 0.5, () => [
      part(44, 22 * k, -34, 62 * k * Math.min(1, 0.75 + level * 0.4), 46 * k, 28),
      part(-75, 40 * k, -72, 38, 7, 24),
    ]),
    ...when(dome > 0, () => [
      part(58, -72 * k, 0, 56 * k * Math.sqrt(dome), 74 * k * Math.sqrt(dome), 6),
      part(50, 82 * k, 18, 44 * k * Math.sqrt(dome), 50 * k * Math.sqrt(dome), 6),
    ]),
    part(380, 0, -depth + 24, 20, 6.5),
    part(150, 0, -depth + 24, 17, 4),
    ...vertebra(depth - 54, 17),
  ];
}

const airway = (level: number): Part[] =>
  level < 0.3
    ? [part(60, 2, -2, 11, 11), part(-985, 2, -2, 9, 9.5), part(38, 4, 16, 8, 5)]
    : [...pair(55, 12 + (level - 0.3) * 200, 4, 10, 8), ...pair(-985, 12 + (level - 0.3) * 200, 4, 8, 6)];

const aorta = (level: number, k: number): Part[] =>
  level < 0.24
    ? [part(46, 24, -18, 8, 8), part(46, -14, -20, 7, 7)]
    : level < 0.34
      ? [part(46, 17, -14, 12, 34, 14)]
      : [part(46, -6, -36, 16, 16), part(46, 26 * k, 34, 12.5, 12.5), part(44, 22, -26, 14, 13)];

/** Ribs slope downwards, so a slice meets a row of short oval pieces that wander from slice to slice. */
function ribs(level: number, k: number): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < 6; i++) {
    const degrees = -58 + i * 25 + ((level * 260) % 25);
    const radians = (degrees * Math.PI) / 180;
    const x = Math.cos(radians) * 144 * k;
    const y = 4 + Math.sin(radians) * 92 * k;
    const tangent = (Math.atan2(92 * Math.cos(radians), -144 * Math.sin(radians)) * 180) / Math.PI;
    parts.push(...pair(560, x, y, 13, 4.6, -tangent), ...pair(180, x, y, 11, 2.4, -tangent));
  }
  return parts;
}

function vesselsOf(level: number, build: Build, lung: number): Part[] {
  return build.vessels
    .filter(({ from, to }) => level >= from && level <= to)
    .map(({ x, y, r, from, drift }) => {
      const reach = Math.hypot((Math.abs(x) - 76) / 56, y / 76);
      const central = 1.9 - Math.min(1.2, Math.abs(x) / 90);
      return { hu: 20, x: x * lung, y: (y + drift * (level - from)) * lung, r: r * central, reach };
    })
    .filter(({ reach }) => reach < 0.93)
    .map(({ hu, x, y, r }) => part(hu, x, y, r, r * 1.25, x));
}

function chestFinding(level: number, finding: Finding | undefined): readonly Part[] {
  const size = Math.sqrt(Math.max(0, 1 - ((level - 0.3) / 0.035) ** 2));
  const patch = Math.sqrt(Math.max(0, 1 - ((level - 0.68) / 0.16) ** 2));
  const fluid = Math.sqrt(Math.max(0, level - 0.42));
  switch (finding) {
    case 'nodule':
      return when(size > 0, () => [part(35, -88, -38, 7 * size, 6 * size, 20)]);
    case 'consolidation':
      return when(patch > 0, () => [
        part(-420, -84, 36, 38 * patch, 27 * patch, 30),
        part(18, -86, 42, 28 * patch, 17 * patch, 30),
        part(-880, -84, 40, 12 * patch, 1.6, 55), // air bronchogram
      ]);
    case 'effusion':
      return when(fluid > 0, () => [part(8, 88, 66, 54 * fluid, 34 * fluid, -28)]);
    case 'pneumothorax':
      return when(level < 0.7, () => [part(-1000, -104, -46, 30, 34, 30)]);
    default:
      return [];
  }
}

function head(level: number, build: Build): Part[] {
  // The vault closes towards the first slice; below, the skull base keeps the width.
  const k = build.size * Math.sqrt(1 - Math.max(0, (0.55 - level) / 0.6) ** 2);
  const base = level > 0.8;
  return [
    part(25, 0, 0, 76 * k, 94 * k),
    part(950, 0, 0, 71 * k, 89 * k),
    part(420, 0, 0, 69 * k, 87 * k),
    part(950, 0, 0, 67 * k, 85 * k),
    part(8, 0, 0, 64.5 * k, 82.5 * k),
    part(40, 0, 0, 63 * k, 81 * k),
    ...pair(29, 27 * k, 0, 25 * k, 62 * k, 4), // white matter
    ...when(!base, () => build.sulci.map((s) => sulcus(s, k))),
    part(48, 0, -52 * k, 0.9, 29 * k), // falx
    part(48, 0, 58 * k, 0.9, 22 * k),
    ...when(level > 0.28 && level < 0.62, () => ventricles(level, k)),
    ...when(level > 0.44 && level < 0.66, () => [
      ...pair(39, 15 * k, -4, 7 * k, 14 * k, 18),
      ...pair(38, 24 * k, -2, 8 * k, 18 * k, 14),
    ]),
    ...when(level > 0.5 && level < 0.7, () => [part(6, 0, 2, 2.2, 12)]), // third ventricle
    ...when(level > 0.62 && !base, () => [part(8, 0, 10, 12, 5), part(6, 0, 26, 7, 6)]),
    ...when(base, () => skullBase(k)),
  ];
}

const sulcus = ({ angle, length }: { angle: number; length: number }, k: number): Part => {
  const radians = (angle * Math.PI) / 180;
  return part(
    12,
    Math.cos(radians) * (62 * k - length / 2),
    Math.sin(radians) * (80 * k - length / 2),
    length,
    0.9,
    angle,
  );
};

const ventricles = (level: number, k: number): Part[] => [
  ...pair(5, 11 * k, -26 * k, 5 * k, 15 * k, -18),
  ...pair(5, 14 * k, 8 * k, 4.5 * k, level < 0.45 ? 24 * k : 8 * k, 12),
  ...when(level > 0.44, () => pair(5, 23 * k, 32 * k, 5 * k, 13 * k, 20)),
];

const skullBase = (k: number): Part[] => [
  ...pair(880, 37 * k, 8, 30 * k, 8, -28), // petrous ridges
  ...pair(-700, 50 * k, 18, 9, 7), // mastoid cells
  part(700, 0, -8, 15, 11),
  part(-900, 0, -12, 11, 7), // sphenoid sinus
  ...pair(-80, 30 * k, -60 * k, 17, 20),
  ...pair(18, 31 * k, -66 * k, 12, 12), // eyes
  part(-930, 0, -58 * k, 9, 20),
];

function headFinding(level: number, build: Build, finding: Finding | undefined): readonly Part[] {
  const bleed = Math.sqrt(Math.max(0, 1 - ((level - 0.5) / 0.13) ** 2));
  const lens = Math.sqrt(Math.max(0, 1 - ((level - 0.42) / 0.18) ** 2));
  switch (finding) {
    case 'haemorrhage':
      return when(bleed > 0, () => [
        part(20, 27, -2, 22 * bleed, 28 * bleed, 10), // oedema
        part(68, 27, -2, 16 * bleed, 22 * bleed, 10),
      ]);
    case 'epidural':
      return when(lens > 0, () => [part(66, -54 * build.size, -10, 8 * lens, 32 * lens, 6)]);
    default:
      return [];
  }
}

function abdomen(level: number, build: Build): Part[] {
  const k = build.size;
  const width = 166 * k;
  const depth = 112 * k;
  const liver = Math.max(0, 1 - Math.max(0, level - 0.25) / 0.3);
  const kidney = Math.sqrt(Math.max(0, 1 - ((level - 0.42) / 0.2) ** 2));
  const loops = build.bowel.filter(({ from, to }) => level > from && level < to);
  return [
    part(-100, 0, 0, width, depth),
    part(52, 0, 3, width - 16, depth - 18),
    part(-95, 0, -4, width - 30, depth - 34),
    ...pair(55, 42 * k, depth - 30, 34, 17, 8), // erector muscles
    ...ribs(level, k).slice(0, level < 0.4 ? undefined : 0),
    ...when(liver > 0, () => [
      part(60, -72 * k, -8, 68 * k * Math.sqrt(liver), 66 * k * Math.sqrt(liver), 14),
      part(58, -14, -44, 60 * k * liver, 26 * liver, -10),
      ...when(level > 0.18, () => [part(8, -52, -34, 15 * liver, 19 * liver, 30)]), // gall bladder
    ]),
    ...when(level < 0.34, () => [
      part(50, 106 * k, 28, 22, 40, 22), // spleen
      part(40, 66, -42, 40, 28, -20),
      part(-920, 64, -54, 30, 11, -8), // stomach air
    ]),
    ...when(level > 0.2 && level < 0.36, () => [part(42, 22, -14, 50, 10, -14)]), // pancreas
    ...loops.flatMap(({ x, y, r, air }) => [
      part(38, x, y, r, r * 0.85),
      part(air ? -880 : 18, x, y - (air ? 2 : 0), r - 3, r * 0.85 - (air ? 4 : 3)),
    ]),
    ...when(kidney > 0, () => [
      ...pair(33, 62 * k, 38, 24 * kidney, 30 * kidney, 20),
      ...pair(-80, 50 * k, 34, 9 * kidney, 12 * kidney, 20),
    ]),
    ...when(level > 0.5, () => pair(54, 33, 50, 15, 18, 10)), // psoas
    ...when(level > 0.78, () => [...pair(620, 96 * k, 32, 42, 7, -50), ...pair(190, 96 * k, 32, 39, 4.2, -50)]),
    ...when(level > 0.88, () => [part(6, 0, -30, 36, 26)]), // bladder
    part(44, 8, 26, 11, 10),
    part(40, -16, 27, 12, 8),
    ...vertebra(depth - 56, 21),
  ];
}

function abdomenFinding(level: number, finding: Finding | undefined): readonly Part[] {
  const near = (place: number, reach: number): boolean => Math.abs(level - place) < reach;
  switch (finding) {
    case 'gallstones':
      return when(near(0.27, 0.05), () => [part(180, -50, -26, 5, 4), part(160, -56, -28, 3.5, 3)]);
    case 'ureter-stone':
      return [
        ...when(near(0.42, 0.12), () => [part(6, 50, 34, 11, 14, -20)]), // dilated pelvis
        ...when(near(0.62, 0.02), () => [part(850, 34, 30, 3.4, 2.8)]),
      ];
    case 'free-air':
      return when(level < 0.35, () => [part(-985, -20, -76, 74, 9), part(-985, 58, -72, 30, 7, 10)]);
    case 'obstruction':
      return when(level > 0.3 && level < 0.8, () =>
        [-52, -12, 30, 68].flatMap((x) => [
          part(40, x, -34, 20, 19),
          part(14, x, -34, 18, 17),
          part(-930, x, -42, 15, 8),
        ]),
      );
    default:
      return [];
  }
}

function neck(level: number, build: Build): Part[] {
  const k = build.size * (1 + 0.5 * level ** 3);
  const disc = (level * 6) % 1 > 0.72;
  return [
    part(-90, 0, 0, 66 * k, 62 * build.size),
    part(52, 0, 0, 61 * k, 57 * build.size),
    ...pair(-80, 34, -6, 10, 16, 20),
    ...pair(44, 30, -10, 4, 4),
    ...pair(42, 38, -4, 6.5, 5),
    ...pair(58, 40, -20, 7, 22, -24), // sternomastoid
    part(70, 0, -26, 13, 13),
    part(-980, 0, -26, 9.5, 9.5),
    ...when(level > 0.6, () => pair(95, 18, -24, 7, 14, 10)), // thyroid
    ...pair(500, 22, 14, 9, 7),
    part(disc ? 85 : 480, 0, 4, 14, 10),
    ...when(!disc, () => [part(240, 0, 4, 12, 8)]),
    part(430, 0, 22, 17, 13),
    part(18, 0, 20, 12, 9),
    part(40, 0, 20, 6, 4.5),
    part(430, 0, 38, 3.6, 10),
    ...pair(48, 16, 40, 13, 14, 10),
  ];
}

/** A slice through the maxillary sinuses, the nose in front. */
function face(level: number, finding: Finding | undefined): Part[] {
  const open = Math.sqrt(Math.max(0.05, 1 - ((level - 0.5) / 0.62) ** 2));
  return [
    part(-60, 0, 0, 76, 94),
    part(45, 0, 4, 68, 86),
    part(35, 0, -84, 14, 18), // nose
    ...pair(750, 36, -34, 24 * open + 2, 25 * open + 2, 18),
    ...pair(-960, 36, -34, 24 * open, 25 * open, 18),
    ...(finding === 'sinusitis'
      ? [part(30, -36, -30, 23 * open, 22 * open, 18), part(-960, -38, -44, 14 * open, 8)]
      : []),
    part(-950, 0, -42, 13, 34),
    part(620, 1.5, -44, 1.1, 32), // septum
    ...pair(40, 8, -36, 3.4, 16), // turbinates
    part(-970, 0, 8, 17, 9), // nasopharynx
    ...pair(900, 52, 0, 6, 20, 14), // mandible
    ...pair(850, 42, 30, 12, 18, -20), // mastoids
    ...pair(-720, 44, 32, 8, 13, -20),
    part(700, 0, 34, 18, 13),
    part(20, 0, 52, 14, 11),
    part(600, 0, 72, 24, 6),
    part(45, 0, 72, 14, 3),
  ];
}
