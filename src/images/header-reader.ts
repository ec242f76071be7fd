import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../platform/config';
import type { HeaderHints } from './dicom/dicom-header';
import type { FramesResult, FrameSubject } from './dicom/frames';
import { HeaderPool, type HeaderResult } from './dicom/header-pool';

/** Reads DICOM headers and finds frames in worker threads: nothing of a file is parsed on the event loop. */
@Injectable()
export class HeaderReader implements OnApplicationShutdown {
  private readonly pool: HeaderPool;

  constructor(config: Config) {
    this.pool = new HeaderPool({ size: config.env.PARSER_THREADS, timeLimitMs: config.env.PARSER_TIMEOUT_MS });
  }

  /**
   * The header of the file at `path`, or why it is refused.
   * @throws HeaderPoolBusy when too many files wait; Error when the file itself cannot be read
   */
  read(path: string, hints: HeaderHints = {}): Promise<HeaderResult> {
    return this.pool.read(path, hints);
  }

  /** Where the bytes of every frame are in a stored file. @throws as `read` */
  frames(path: string, subject: FrameSubject): Promise<FramesResult> {
    return this.pool.frames(path, subject);
  }

  /** After the HTTP server has closed: requests under way may still ask. */
  onApplicationShutdown(): Promise<void> {
    return this.pool.close();
  }
}
