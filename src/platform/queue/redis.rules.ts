/** Reads `INFO` of Redis and says why its queues would not be safe: no append-only file, an evicting policy, too old. */
export function redisFaults(info: string): string[] {
  const fields = new Map(
    info.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
  const faults: string[] = [];
  if (fields.get('aof_enabled') !== '1')
    faults.push('appendonly is off: a crash would lose every waiting job (set appendonly yes)');
  const policy = fields.get('maxmemory_policy');
  if (policy !== 'noeviction') faults.push(`maxmemory-policy is ${policy}: jobs would be evicted (set noeviction)`);
  const major = Number.parseInt(fields.get('redis_version') ?? '0', 10);
  if (major < 7) faults.push(`version ${fields.get('redis_version')} is older than 7`);
  return faults;
}
