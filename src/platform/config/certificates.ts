import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, each as PEM. Throws what is wrong with it, in the operator's words. */
export function readCertificates(file: string): readonly string[] {
  const certificates = contentOf(file).match(PEM) ?? [];
  if (certificates.length === 0) throw new Error(`${file} holds no certificate in PEM form`);
  certificates.forEach((pem, i) => {
    try {
      new X509Certificate(pem);
    } catch {
      throw new Error(`${file}: certificate ${i + 1} of ${certificates.length} cannot be read`);
    }
  });
  return certificates;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
