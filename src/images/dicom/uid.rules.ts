/** Unique identifiers (PS3.5 §9.1). Pure. */

const LONGEST_UID = 64;

/**
 * Why a text cannot serve as a UID, or null when it can. Components with leading zeros are tolerated (see `uidIsSloppy`):
 * the devices that make them are many, and the text is still unambiguous.
 */
export function uidFault(uid: string): string | null {
  if (uid === '') return 'is empty';
  if (uid.length > LONGEST_UID) return `is longer than ${LONGEST_UID} characters`;
  if (!/^[0-9.]+$/.test(uid)) return 'has characters other than digits and dots';
  // One bare number is no registered root with a suffix, and is bound to be used by somebody else too.
  if (!/^[0-9]+(\.[0-9]+)+$/.test(uid)) return 'is not a row of numbers between dots';
  return null;
}

/** A component begins with a superfluous zero. */
export function uidIsSloppy(uid: string): boolean {
  return /(^|\.)0[0-9]/.test(uid);
}
