/**
 * Root attributes that the registry of studies, series and instances keeps in columns, as in the DICOM JSON model. A brief
 * header has these alone: making the JSON of all others takes longer than reading the file.
 */
export const BRIEF_TAGS: readonly string[] = [
  '00080020', // Study Date
  '00080021', // Series Date
  '00080022', // Acquisition Date
  '00080023', // Content Date
  '00080030', // Study Time
  '00080031', // Series Time
  '00080032', // Acquisition Time
  '00080033', // Content Time
  '00080050', // Accession Number
  '00080060', // Modality
  '00080070', // Manufacturer
  '00080080', // Institution Name
  '00080090', // Referring Physician's Name
  '00080201', // Timezone Offset From UTC
  '00081010', // Station Name
  '00081030', // Study Description
  '0008103E', // Series Description
  '00081070', // Operators' Name
  '00081090', // Manufacturer's Model Name
  '00082218', // Anatomic Region Sequence
  '00100010', // Patient's Name
  '00100020', // Patient ID
  '00100030', // Patient's Birth Date
  '00100040', // Patient's Sex
  '00101010', // Patient's Age
  '00180015', // Body Part Examined
  '00181030', // Protocol Name
  '00200010', // Study ID
  '00200011', // Series Number
  '00200013', // Instance Number
  '00200060', // Laterality
  '00200062', // Image Laterality
  '00321060', // Requested Procedure Description
  '00400254', // Performed Procedure Step Description
  '00400275', // Request Attributes Sequence
];
