/** True when Postgres refused a row because of the named unique or exclusion constraint (any, if not named). */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const cause =
    (error as { driverError?: { code?: string; constraint?: string } }).driverError ??
    (error as { code?: string; constraint?: string });
  return cause.code === '23505' && (constraint === undefined || cause.constraint === constraint);
}

/** No connection within the time that one is waited for: Postgres is away, or all connections are at work. */
export function isOutOfReach(error: unknown): boolean {
  const { code, message } = Object(error) as { readonly code?: string; readonly message?: string };
  return code === 'ECONNREFUSED' || code === CANNOT_CONNECT_NOW || message === NO_CONNECTION_IN_TIME;
}

const CANNOT_CONNECT_NOW = '57P03';
/** pg-pool's only mark. */
const NO_CONNECTION_IN_TIME = 'timeout exceeded when trying to connect';
