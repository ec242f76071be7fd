import type { CtRegion } from './phantom-ct';
import type { FilmRegion } from './phantom-radiograph';

/** Body Part Examined (0018,0015) as consoles write it: terms of PS3.16 annex L (SINUS is a habit of consoles, not in every edition). */
export type BodyPart =
  | 'CHEST'
  | 'RIB'
  | 'HEAD'
  | 'SINUS'
  | 'ABDOMEN'
  | 'KIDNEY'
  | 'PELVIS'
  | 'CSPINE'
  | 'LSPINE'
  | 'KNEE'
  | 'HAND'
  | 'ANKLE';

/** Code Value and Code Meaning in SNOMED CT (PS3.16 annex L, CID 4031), and which phantom stands for the part (limbs have no CT). */
export interface BodyPartFacts {
  readonly code: string;
  readonly meaning: string;
  readonly paired: boolean;
  readonly limb?: boolean;
  readonly ct?: { readonly region: CtRegion; readonly fieldOfViewMm?: number; readonly centreYMm?: number };
  readonly film: { readonly region: FilmRegion; readonly fieldMm?: number };
}

export const BODY_PARTS: Readonly<Record<BodyPart, BodyPartFacts>> = {
  CHEST: { code: '816094009', meaning: 'Chest', paired: false, ct: { region: 'chest' }, film: { region: 'chest' } },
  RIB: { code: '113197003', meaning: 'Rib', paired: true, ct: { region: 'chest' }, film: { region: 'chest' } },
  HEAD: {
    code: '69536005',
    meaning: 'Head',
    paired: false,
    ct: { region: 'head' },
    film: { region: 'skull', fieldMm: 240 },
  },
  SINUS: {
    code: '2095001',
    meaning: 'Paranasal sinus',
    paired: false,
    ct: { region: 'sinus' },
    film: { region: 'skull', fieldMm: 240 },
  },
  ABDOMEN: {
    code: '818981001',
    meaning: 'Abdomen',
    paired: false,
    ct: { region: 'abdomen' },
    film: { region: 'abdomen' },
  },
  KIDNEY: { code: '64033007', meaning: 'Kidney', paired: true, ct: { region: 'abdomen' }, film: { region: 'abdomen' } },
  PELVIS: {
    code: '816092008',
    meaning: 'Pelvis',
    paired: false,
    ct: { region: 'abdomen' },
    film: { region: 'pelvis' },
  },
  CSPINE: {
    code: '122494005',
    meaning: 'Cervical spine',
    paired: false,
    ct: { region: 'neck' },
    film: { region: 'spine', fieldMm: 240 },
  },
  LSPINE: {
    code: '122496007',
    meaning: 'Lumbar spine',
    paired: false,
    ct: { region: 'abdomen', fieldOfViewMm: 180, centreYMm: 58 },
    film: { region: 'spine', fieldMm: 300 },
  },
  KNEE: { code: '72696002', meaning: 'Knee', paired: true, limb: true, film: { region: 'knee', fieldMm: 240 } },
  HAND: { code: '85562004', meaning: 'Hand', paired: true, limb: true, film: { region: 'hand', fieldMm: 240 } },
  ANKLE: { code: '70258002', meaning: 'Ankle joint', paired: true, limb: true, film: { region: 'knee', fieldMm: 240 } },
};
