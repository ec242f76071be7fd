import { rmSync } from 'node:fs';
import type { EmbeddedPostgres } from '../../src/platform/embedded';

export default async function globalTeardown(): Promise<void> {
  const { cicCluster } = globalThis as { cicCluster?: { postgres: EmbeddedPostgres; folder: string } };
  if (!cicCluster) return;
  await cicCluster.postgres.stop();
  rmSync(cicCluster.folder, { recursive: true, force: true });
}
