import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import { cacheHeaders, type DicomwebAnswer, isKnown, notModified, weakTag, type Wish } from './dicomweb-http';
import { chosen, JSON_OFFERS } from './dicomweb-media.rules';
import { DicomwebTargets, pathOf, type Target, type TargetInstance, type TargetUids } from './dicomweb-targets';
import { WadoFiles } from './wado-files';
import { StudyViews } from './study-views';
import { bulkPlaces, jsonArray, withBulkUris } from './wado-metadata.rules';

/** Headers that are read ahead of the line, for one request. */
const AHEAD = 8;
/** Raise it when the same file gives other metadata than before, so that nobody keeps the old. */
const REVISION = '1';

/** Attributes of instances without their pixel data (WADO-RS metadata, PS3.18 §10.4.1.1.2) in the DICOM JSON model. */
@Injectable()
export class WadoMetadata {
  constructor(
    private readonly db: Db,
    private readonly targets: DicomwebTargets,
    private readonly files: WadoFiles,
    private readonly views: StudyViews,
  ) {}

  /** @throws DomainError `not_found`, `not_acceptable`, `unavailable` */
  async retrieve(ctx: Ctx, uids: TargetUids, wish: Wish): Promise<DicomwebAnswer> {
    const { mediaType } = chosen(wish.accept, JSON_OFFERS);
    const target = await this.db.read(ctx, (tx) => this.targets.find(tx, uids));
    await this.views.record(ctx, target, wish);
    const etag = weakTag([REVISION, wish.service, ...target.instances.map((instance) => instance.sha256)]);
    if (isKnown(wish.ifNoneMatch, etag)) return notModified(etag);
    return {
      status: 200,
      headers: { ...cacheHeaders(etag), 'Content-Type': mediaType },
      body: () =>
        jsonArray(inOrder(target.instances, AHEAD, (instance) => this.one(ctx, target, instance, wish.service))),
    };
  }

  private async one(ctx: Ctx, target: Target, instance: TargetInstance, service: string): Promise<string> {
    const header = await this.files.header(ctx, instance);
    return withBulkUris(header.attributesJson, bulkPlaces(header), service + pathOf(target, instance));
  }
}

/** Results in the order of the items, with at most `width` of them under way. */
async function* inOrder<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for (const item of items) {
    const started = work(item);
    // A failure is looked at when its turn comes; until then it must not count as unhandled.
    started.catch(() => undefined);
    underWay.push(started);
    if (underWay.length === width) yield await (underWay.shift() as Promise<R>);
  }
  for (const started of underWay) yield await started;
}
