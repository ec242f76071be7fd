import type { Finding } from './phantom-ct';
import type { Random } from './random';
import { Film } from './film-strokes';
import type { Canvas, Ellipse, Keep } from './raster';

/** View Position (0018,5101): front to back, back to front, left lateral. */
export type View = 'PA' | 'AP' | 'LL';
export type FilmRegion = 'chest' | 'abdomen' | 'pelvis' | 'spine' | 'knee' | 'hand' | 'skull';

/**
 * Adds up what the ray meets on its way, per pixel: 0 is free air, about 1.4 lung, 2.5 soft tissue, 4 and more bone on
 * soft tissue. Millimetres; the patient's right is on the picture's left in PA and AP.
 */
export function paintRadiograph(
  canvas: Canvas,
  region: FilmRegion,
  view: View,
  random: Random,
  o: { finding?: Finding; side?: 'L' | 'R' },
): void {
  const { finding } = o;
  const lateral = view === 'LL';
  // The limbs are drawn as a left knee and a right hand.
  const mirrored = (region === 'knee' && !lateral && o.side === 'R') || (region === 'hand' && o.side === 'L');
  const film = new Film(canvas, random, mirrored ? -1 : 1);
  switch (region) {
    case 'chest':
      (lateral ? chestLateral : chestFrontal)(film, finding);
      break;
    case 'abdomen':
      abdomenFrontal(film, finding);
      break;
    case 'pelvis':
      pelvisFrontal(film);
      break;
    case 'spine':
      (lateral ? spineLateral : spineFrontal)(film);
      break;
    case 'knee':
      knee(film, lateral);
      break;
    case 'hand':
      hand(film);
      break;
    case 'skull':
      skull(film, finding);
      break;
  }
  film.marker(o.side ?? (lateral ? 'L' : 'R'));
}

const TRUNK = { x: 0, y: 60, a: 178, b: 270, turn: 0 };
/** The lung on the picture's right; the other one is its mirror image. */
const LUNG = { x: 76, y: -6, a: 65, b: 148, turn: -5 };
const RIGHT_DOME = { x: -76, y: 196, a: 88, b: 112, turn: 0 };
const LEFT_DOME = { x: 82, y: 206, a: 86, b: 108, turn: 0 };

const COLLAPSED = { x: -50, y: 4, a: 38, b: 116, turn: 4 };
const LIVER = { x: -76, y: 208, a: 92, b: 112, turn: 0 };

const inside = ({ x, y, a, b, turn = 0 }: Ellipse, atX: number, atY: number): boolean => {
  const cos = Math.cos((turn * Math.PI) / 180);
  const sin = Math.sin((turn * Math.PI) / 180);
  const [dx, dy] = [atX - x, atY - y];
  return ((dx * cos + dy * sin) / a) ** 2 + ((dy * cos - dx * sin) / b) ** 2 < 1;
};
const aboveDiaphragm: Keep = (x, y) => y < 170 && !inside(RIGHT_DOME, x, y) && !inside(LEFT_DOME, x, y);

function chestFrontal(film: Film, finding: Finding | undefined): void {
  const { random } = film;
  const outsideTrunk: Keep = (x, y) => !inside(TRUNK, x, y);
  film.add(2.9, TRUNK.x, TRUNK.y, TRUNK.a, TRUNK.b, 0, 0.18);
  for (const side of [-1, 1]) film.add(2.2, side * 132, -118, 86, 56, side * 14, 0.3, outsideTrunk);
  film.add(2.3, 0, -190, 58, 90, 0, 0.25, outsideTrunk);
  for (const side of [-1, 1]) {
    film.add(-1.45, side * LUNG.x, LUNG.y, LUNG.a, LUNG.b, side * LUNG.turn, 0.26, aboveDiaphragm);
    film.add(-0.3, side * 84, 30, 60, 110, 0, 0.4, aboveDiaphragm);
  }
  film.add(-0.9, 62, 138, 30, 18, -8);
  film.add(0.75, 0, -20, 26, 170, 0, 0.35);
  film.add(1.1, 36, 58, 64, 52, 38, 0.3);
  film.add(0.45, -16, 54, 32, 50, -6, 0.4);
  film.add(0.5, 25, -62, 17, 20, 0, 0.4);
  film.add(-0.55, 0, -140, 8, 66, 0, 0.4);
  for (let i = 0; i < 16; i++) film.add(0.24, 0, -205 + i * 25, 17, 11, 0, 0.2);
  lungVessels(film);
  film.bones(0.75, 74, -138, 70, 6.5, -13);
  film.pair(0.3, 138, -62, 30, 88, 12, 0.25);
  chestRibs(film, finding === 'rib-fracture');
  film.bones(1.1, 168, -138, 20, 26, 10);
  for (let i = 0; i < 40; i++) film.add(0.05, random.between(-150, 150), random.between(-200, 200), 30, 22, 0, 1);
  chestFrontalFinding(film, finding);
}

/** Branches from both hila, thick in the middle and low, thin towards the edge. */
function lungVessels(film: Film): void {
  const { random } = film;
  film.pair(0.38, 40, -6, 13, 24, 8);
  for (const side of [-1, 1]) {
    for (let i = 0; i < 46; i++) {
      const angle = random.between(-80, 80);
      const radians = (angle * Math.PI) / 180;
      const reach = random.between(14, 78);
      const x = side * (38 + Math.cos(radians) * reach * 0.9);
      const y = -4 + Math.sin(radians) * reach * 1.25;
      const thickness = Math.max(0.9, 3.4 - reach / 28);
      film.add(random.between(0.12, 0.3), x, y, random.between(9, 22), thickness, side * angle, 0.5);
    }
  }
}

function chestRibs(film: Film, fractured: boolean): void {
  for (let i = 0; i < 10; i++) {
    const y = -158 + i * 25;
    const reach = 66 + Math.min(i, 6) * 7;
    for (const side of [-1, 1]) {
      // From the spine outwards and down along the wall …
      const back = { x: side * (reach * 0.78), y: y + 52, a: reach * 0.82, b: 50, turn: side * 10 };
      const gap = fractured && side > 0 && (i === 5 || i === 6);
      film.arc(0.42, back, 9, (x, yMm) => {
        if (gap && Math.abs(x - 128 + (yMm - back.y) * 0.25) < 2.2) return false;
        return yMm < back.y + 10 && Math.abs(x) > 14 && x * side > 0;
      });
      // … and back towards the breastbone, fainter.
      const front = { x: side * (reach * 0.72), y: y + 44, a: reach * 0.86, b: 52, turn: side * -16 };
      film.arc(0.2, front, 10, (x, yMm) => yMm > front.y && x * side > reach * 0.55);
    }
  }
}

function chestFrontalFinding(film: Film, finding: Finding | undefined): void {
  switch (finding) {
    case 'nodule':
      film.add(0.75, -84, -78, 9, 8.5, 0, 0.45);
      break;
    case 'consolidation':
      film.add(0.95, -78, 52, 46, 30, 20, 0.9);
      film.add(0.4, -66, 44, 22, 18, 0, 0.9);
      break;
    case 'effusion':
      // The fluid climbs along the outer wall.
      film.add(1.6, 90, 90, 90, 130, 0, 0.12, (x, y) => {
        return y > 92 - 0.007 * Math.max(0, x - 40) ** 2 && inside(LUNG, x, y) && aboveDiaphragm(x, y);
      });
      break;
    case 'pneumothorax':
      // Black between the chest wall and the edge of the collapsed lung.
      film.add(
        -0.5,
        -LUNG.x,
        LUNG.y,
        LUNG.a,
        LUNG.b,
        -LUNG.turn,
        0.15,
        (x, y) => !inside(COLLAPSED, x, y) && aboveDiaphragm(x, y),
      );
      film.arc(0.3, COLLAPSED, 2, (x, y) => x < -46 && aboveDiaphragm(x, y));
      break;
    case 'free-air':
      // A sickle of air between diaphragm and liver.
      film.add(-1.5, RIGHT_DOME.x, RIGHT_DOME.y + 2, 86, 112, 0, 0.1, (x, y) => y < 140 && !inside(LIVER, x, y));
      break;
    default:
      break;
  }
}

function chestLateral(film: Film, finding: Finding | undefined): void {
  const aboveDome: Keep = (x, y) => ((x - 4) / 140) ** 2 + ((y - 210) / 112) ** 2 > 1 && y < 200;
  film.add(3, 4, 50, 150, 270, 0, 0.18);
  film.add(-1.7, 10, -20, 112, 160, 6, 0.25, aboveDome);
  film.add(-0.4, 30, 60, 90, 110, 0, 0.4, aboveDome);
  film.add(0.9, -44, 58, 54, 62, 30, 0.35);
  film.add(0.4, -6, -56, 26, 30, 20, 0.4);
  film.add(-0.45, 8, -120, 8, 60, 10, 0.4);
  for (let i = 0; i < 15; i++) {
    const y = -190 + i * 27;
    film.bone(0.85, 92 + 14 * Math.sin((y + 190) / 130), y, 16, 11.5, (y - 10) / 16);
  }
  film.bone(0.6, -112, -40, 5, 62, 10);
  for (let i = 0; i < 9; i++) {
    const rib = { x: 10, y: -120 + i * 26, a: 98, b: 44, turn: 28 };
    film.arc(0.22, rib, 8, (x, y) => y > rib.y - 30 && x < 90);
  }
  if (finding === 'nodule') film.add(0.6, -18, -78, 9, 8.5, 0, 0.45);
  if (finding === 'consolidation') film.add(0.8, 44, 66, 42, 30, 20, 0.8);
  if (finding === 'effusion') film.add(1.2, 70, 112, 46, 40, -20, 0.3);
}

function abdomenFrontal(film: Film, finding: Finding | undefined): void {
  const { random } = film;
  film.add(2.3, 0, 0, 172, 300, 0, 0.22);
  film.add(0.5, -82, -120, 84, 78, 10, 0.4);
  film.add(-1.3, -84, -226, 80, 62, 0, 0.25);
  film.add(-1.3, 86, -220, 78, 62, 0, 0.25);
  film.pair(0.3, 44, 0, 26, 120, -12, 0.4);
  film.pair(0.28, 66, -56, 26, 48, 10, 0.4);
  lumbarColumn(film, -190, 9);
  pelvicRing(film, 128, 0.75);
  for (let i = 0; i < 22; i++) {
    const x = random.chance(0.7) ? random.pick([-108, 108]) + random.between(-14, 14) : random.between(-70, 70);
    film.add(random.between(-0.7, -0.25), x, random.between(-100, 140), random.between(7, 16), random.between(6, 12));
  }
  if (finding === 'obstruction') {
    for (const [x, y, a] of [
      [-48, -40, 42],
      [34, -66, 46],
      [-20, 22, 50],
      [62, 30, 38],
    ] as const) {
      film.add(-1.25, x, y, a, 22, 0, 0.2, (_, yMm) => yMm < y + 2);
    }
  }
  if (finding === 'ureter-stone') film.add(1.6, 46, 18, 3.6, 2.8, 20, 0.2);
  if (finding === 'free-air') film.arc(-1.4, { x: -84, y: -96, a: 82, b: 86 }, 8, (_, y) => y < -150);
}

function lumbarColumn(film: Film, top: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const y = top + i * 34;
    const half = 19 + i * 0.8;
    film.bone(0.75, 0, y, half, 13);
    film.arc(0.5, { x: -half * 0.62, y: y - 3, a: 4, b: 6 }, 2.4, () => true);
    film.arc(0.5, { x: half * 0.62, y: y - 3, a: 4, b: 6 }, 2.4, () => true);
    film.add(0.5, 0, y + 10, 4, 9, 0, 0.3);
    film.pair(0.3, half + 13, y + 2, 16, 4, -6, 0.3);
  }
}

function pelvicRing(film: Film, y: number, depth: number): void {
  film.bones(depth, 92, y - 18, 46, 56, -26);
  film.bone(depth * 0.8, 0, y + 6, 40, 48);
  film.arc(depth, { x: 0, y: y + 52, a: 64, b: 50 }, 15, () => true);
  for (const side of [-1, 1]) {
    film.arc(depth * 0.9, { x: side * 46, y: y + 96, a: 20, b: 24, turn: side * 20 }, 12, () => true);
  }
  film.bones(depth * 1.2, 104, y + 66, 25, 25);
}

function pelvisFrontal(film: Film): void {
  film.add(2.4, 0, -20, 186, 260, 0, 0.22);
  film.pair(0.9, 126, 170, 78, 150, 4, 0.3);
  lumbarColumn(film, -180, 3);
  pelvicRing(film, -30, 0.95);
  film.bones(0.9, 130, 48, 36, 15, 38); // femoral necks
  film.bones(0.9, 148, 78, 17, 24, -20); // trochanters
  film.bones(1.2, 140, 170, 15, 110, 6); // shafts
  for (let i = 0; i < 10; i++) film.add(-0.35, film.random.between(-90, 90), film.random.between(-120, 0), 11, 9);
}

function spineFrontal(film: Film): void {
  film.add(2.3, 0, 0, 150, 320, 0, 0.22);
  film.pair(0.35, 46, 60, 28, 130, -12, 0.4);
  lumbarColumn(film, -198, 11);
  film.bones(0.6, 96, 168, 50, 60, -26);
  for (let i = 0; i < 14; i++) film.add(-0.4, film.random.between(-110, 110), film.random.between(-90, 150), 12, 9);
}

function spineLateral(film: Film): void {
  film.add(2.7, 0, 0, 130, 330, 0, 0.22);
  for (let i = 0; i < 11; i++) {
    const y = -196 + i * 37;
    const x = 18 - 22 * Math.cos((y + 40) / 120);
    film.bone(1, x, y, 22, 14.5, -(y + 10) / 13);
    film.bone(0.6, x + 50, y + 14, 22, 8, 18);
    film.add(0.45, x + 30, y, 12, 6, 0, 0.3);
  }
}

function knee(film: Film, lateral: boolean): void {
  film.add(1.5, 0, 0, 64, 260, 0, 0.3);
  film.add(0.4, lateral ? -6 : 0, 0, 72, 70, 0, 0.4);
  film.bone(1.7, lateral ? 6 : 0, -100, 17, 105);
  film.bone(1.5, lateral ? 6 : 0, 104, 16, 105);
  if (lateral) {
    film.bone(1.3, -4, -26, 34, 27, -14);
    film.bone(1.2, 4, 24, 31, 19, 6);
    film.bone(1.1, -48, -28, 9, 21, 12); // patella
    film.bone(0.8, 26, 96, 6, 80, 4);
    return;
  }
  film.bones(1.3, 21, -22, 23, 25, -8);
  film.bone(1.3, 0, 21, 44, 15);
  film.add(0.4, 0, 5, 6, 7, 0, 0.4); // intercondylar eminence
  film.add(0.45, 0, -34, 21, 23, 0, 0.3); // patella behind the femur
  film.bone(0.9, 40, 104, 6, 88, -3);
  film.bone(0.9, 40, 30, 9, 11);
}

function hand(film: Film): void {
  film.add(1.1, 0, 46, 50, 62, 0, 0.3);
  film.add(1, 0, 130, 32, 70, 0, 0.3);
  film.bone(1.3, -13, 136, 11, 60);
  film.bone(1.1, 15, 138, 8, 58);
  for (const [x, y, r] of [
    [-18, 72, 9],
    [-4, 68, 8],
    [9, 68, 7],
    [-16, 56, 8],
    [-3, 53, 9],
    [11, 54, 8],
    [20, 60, 6],
  ] as const) {
    film.bone(0.9, x, y, r, r * 0.85);
  }
  [-34, -17, -2, 13, 28].forEach((turn, finger) => ray(film, turn, finger));
}

/** One finger: metacarpal and phalanges in a line from the wrist; the thumb has one bone less and starts lower. */
function ray(film: Film, turn: number, finger: number): void {
  const thumb = finger === 0;
  const radians = ((turn + (thumb ? -14 : 0)) * Math.PI) / 180;
  const lengths = thumb ? [22, 16, 12] : [31, 21, 13, 9].map((l) => l * (finger === 4 ? 0.82 : 1));
  let at = thumb ? 22 : 26;
  for (const [i, half] of lengths.entries()) {
    const distance = at + half;
    const x = -3 + Math.sin(radians) * distance;
    const y = 62 - Math.cos(radians) * distance;
    const degrees = (radians * 180) / Math.PI;
    film.add(0.75, x, y, 11, half + 8, degrees, 0.3);
    film.bone(1.2, x, y, 6.2 - i * 0.8, half, degrees);
    at += 2 * half + 1.5;
  }
}

function skull(film: Film, finding: Finding | undefined): void {
  film.add(2, 0, -10, 84, 110, 0, 0.25);
  film.arc(1.1, { x: 0, y: -30, a: 76, b: 84 }, 8, () => true);
  film.add(0.6, 0, 60, 60, 46, 0, 0.3);
  film.arc(0.7, { x: -32, y: -6, a: 20, b: 18 }, 3, () => true);
  film.arc(0.7, { x: 32, y: -6, a: 20, b: 18 }, 3, () => true);
  film.pair(-0.5, 14, -34, 15, 12);
  film.add(finding === 'sinusitis' ? 0.3 : -0.6, -30, 28, 16, 18, 8);
  film.add(-0.6, 30, 28, 16, 18, -8);
  film.add(-0.5, 0, 24, 10, 22);
  film.add(0.6, 0, 22, 1.4, 22);
  film.add(0.9, 0, 66, 34, 6, 0, 0.3);
  film.arc(0.8, { x: 0, y: 50, a: 58, b: 52 }, 9, (_, y) => y > 50);
}
