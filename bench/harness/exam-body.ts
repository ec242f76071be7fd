let counter = 0;

/** A whole metadata-only request (class A present), each with its own accession number and patient. */
export function examBody(over: object = {}): object {
  counter += 1;
  const number = `${process.pid}-${counter}`;
  return {
    accessionNumber: `B${number}`,
    patientLocalId: `P${number}`,
    patientName: '张三',
    sex: 'M',
    age: 45,
    ageUnit: 'Y',
    modality: 'CT',
    itemName: 'CT胸部平扫',
    bodyPart: 'CHEST',
    examStart: '2026-03-02T09:00:00+08:00',
    orderingDoctor: '李医师',
    orderingPhone: '0000-1234567',
    clinicalDiagnosis: '咳嗽一周',
    metadataOnly: true,
    ...over,
  };
}
