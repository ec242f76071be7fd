/** Wake-up for whoever waits for a version's sheet. */
export const pdfTopic = (versionId: string): string => `pdf:${versionId}`;
