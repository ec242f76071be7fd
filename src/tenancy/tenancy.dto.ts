import { z } from 'zod';
import { phoneOrEmpty, text } from '../platform/http';

const code = z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, '须为 1–20 位字母、数字、_ 或 -');

export const createHospitalSchema = z.strictObject({ code, name: text(100) });
export type CreateHospital = z.infer<typeof createHospitalSchema>;

export const changeHospitalSchema = z.strictObject({ name: text(100), active: z.boolean() }).partial();
export type ChangeHospital = z.infer<typeof changeHospitalSchema>;

const clinicDetails = {
  /** Dialled for a critical value. Empty: there is none. */
  dutyPhone: phoneOrEmpty,
  defaultCharset: z.enum(['GB18030', 'ISO_IR 192', 'ISO_IR 100']).nullable(),
};

export const createClinicSchema = z
  .strictObject({ code, name: text(100) })
  .extend(z.object(clinicDetails).partial().shape);
export type CreateClinic = z.infer<typeof createClinicSchema>;

export const changeClinicSchema = z.strictObject({ name: text(100), active: z.boolean(), ...clinicDetails }).partial();
export type ChangeClinic = z.infer<typeof changeClinicSchema>;

export const agreementSchema = z.strictObject({
  modality: z.string().regex(/^[A-Z]{2,4}$/, '须为 DICOM 设备类型，如 CT、DX'),
  mode: z.enum(['diagnose', 'review']),
});
export type Agreement = z.infer<typeof agreementSchema>;
