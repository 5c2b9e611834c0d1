/**
 * The lock that keeps a second parent from the same log folder.
 *
 * @module
 */

import { STATUS_LOCK } from "../../domain/log_files.ts";
import { logStartError } from "../../options/log_place.ts";
import { FolderLock, FolderLockedError } from "../../platform/folder_lock.ts";

/**
 * Takes the lock of a log folder.
 *
 * @param logDir The log folder.
 * @returns The lock, held until it is disposed of.
 * @throws {FolderLockedError} If another parent has it.
 * @throws {StartError} If the lock file cannot be created.
 */
export async function takeParentLock(logDir: string): Promise<FolderLock> {
  const path = `${logDir}/${STATUS_LOCK}`;
  try {
    return await FolderLock.take(path, "parent");
  } catch (error) {
    if (error instanceof FolderLockedError) throw error;
    throw logStartError(path, error);
  }
}
