/** Fields in which a reader may be at home, and what they are called. */
export const SPECIALTIES = { chest: '胸部', neuro: '神经', bone: '骨关节' } as const;
export type Specialty = keyof typeof SPECIALTIES;
export const SPECIALTY_LIST = Object.keys(SPECIALTIES) as [Specialty, ...Specialty[]];
