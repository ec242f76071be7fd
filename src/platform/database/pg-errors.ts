/** True when Postgres refused a row because of the named unique or exclusion constraint (any, if not named). */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const cause =
    (error as { driverError?: { code?: string; constraint?: string } }).driverError ??
    (error as { code?: string; constraint?: string });
  return cause.code === '23505' && (constraint === undefined || cause.constraint === constraint);
}
