import fs from 'node:fs';
import { mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { isErrno } from './blob-error';

/** Only this service's account may read what it stores. */
export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

/** The plain descriptor: on the path of every instance a FileHandle's bookkeeping shows. */
export const openFile = promisify(fs.open);

const fdatasync = promisify(fs.fdatasync);
const fsync = promisify(fs.fsync);

/** Removes a file; one that is gone already is as good. Says whether it was there. */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Brings a file's bytes to the disk and closes it. */
export async function flushAndClose(fd: number): Promise<void> {
  try {
    await fdatasync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Brings a folder's entries to the disk. Opening a folder that has just been written to, and closing it, touch memory
 * only: they are done here, because handing them to another thread costs more than doing them.
 */
export async function syncDirectory(path: string): Promise<void> {
  const fd = fs.openSync(path, 'r');
  try {
    await fsync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Makes a folder and those above it, durably. @param path absolute */
export async function makeFolder(path: string): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  if (firstMade === undefined) return;
  for (let at = path; at.length >= firstMade.length; at = dirname(at)) await syncDirectory(dirname(at));
}
