/** The embedded Postgres could not be started, adopted or stopped; the message says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError';
}

/** Another live process already runs the embedded Postgres of this folder. */
export class EmbeddedPostgresInUseError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresInUseError';
  constructor(
    readonly lockFile: string,
    readonly ownerPid: number,
  ) {
    super(
      `The embedded Postgres of this folder is in use by process ${ownerPid} (lock ${lockFile}): ` +
        'stop that process first, or give this one its own data folder',
    );
  }
}

/** The port that was asked for is taken by another program. */
export class EmbeddedPostgresPortError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresPortError';
  constructor(readonly port: number) {
    super(
      `Port ${port} on 127.0.0.1 is in use by another program: free it, or leave the port of the embedded Postgres unset`,
    );
  }
}

/** As root, Postgres runs as an unprivileged user, and a folder on the way to its files does not let that user through. */
export class UnreachableFolderError extends EmbeddedPostgresError {
  override readonly name = 'UnreachableFolderError';
  constructor(
    readonly blockingFolder: string,
    readonly wanted: string,
    user: string,
    options?: ErrorOptions,
  ) {
    super(
      `${wanted} cannot be reached by user ${user}, the unprivileged user that Postgres runs as: ${blockingFolder} blocks the way. ` +
        `Let others pass (chmod o+x ${blockingFolder}), or use a data folder elsewhere`,
      options,
    );
  }
}
