import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { Config } from '../config';
import { commonErrors, DomainError } from '../errors';
import { isUuid, newId } from '../ids';
import { Logger } from '../logging';
import type { CicRequest } from './access.decorator';
import { ErrorFilter } from './error.filter';
import { FieldNames } from './field-names';
import { inputPipe } from './input.pipe';
import { publicUrlWarning } from './public-url.rules';

const JSON_TYPE = 'application/json';
const JSON_LIMIT = '1mb';
const HEADERS_TIMEOUT_MS = 15_000;
/** A body of JSON must be here by then; image bytes have all the time a weak line needs, as long as they move. */
const JSON_DEADLINE_MS = 120_000;
const IDLE_TIMEOUT_MS = 90_000;
const MAX_CONNECTIONS = 2_000;

/** Headers, limits, body parsing and error form of every HTTP process. Authentication is not here: it is a guard. */
export function dressHttpApp(app: NestExpressApplication): NestExpressApplication {
  const config = app.get(Config);
  const warning = publicUrlWarning(config);
  if (warning !== undefined) app.get(Logger).warn(warning);
  app.disable('x-powered-by');
  app.set('trust proxy', config.env.TRUST_PROXY_HOPS);
  app.set('query parser', 'simple');
  app.use(
    helmet({
      contentSecurityPolicy: { useDefaults: true, directives: { 'upgrade-insecure-requests': null } },
      hsts: config.env.SECURE_COOKIES,
    }),
  );
  app.use(tagRequest);
  app.use(express.json({ limit: JSON_LIMIT, strict: true, type: JSON_TYPE }));
  app.use(refuseOtherBodies);
  app.useGlobalPipes(inputPipe());
  app.useGlobalFilters(new ErrorFilter(app.get(Logger), app.get(FieldNames)));
  const server = app.getHttpServer();
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = 0;
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.keepAliveTimeout = 65_000;
  server.maxConnections = MAX_CONNECTIONS;
  return app;
}

/** Gives every request an id (the caller's, if it is a uuid), answers it back, and sets a deadline for JSON bodies. */
function tagRequest(req: Request, res: Response, next: NextFunction): void {
  const given = req.headers['x-request-id'];
  const requestId = typeof given === 'string' && isUuid(given) ? given : newId();
  (req as CicRequest).requestId = requestId;
  res.setHeader('X-Request-Id', requestId);
  res.setHeader('Cache-Control', 'no-store');
  if (req.headers['content-type']?.startsWith('application/json')) {
    const deadline = setTimeout(() => req.destroy(), JSON_DEADLINE_MS);
    req.once('close', () => clearTimeout(deadline));
    req.once('end', () => clearTimeout(deadline));
  }
  next();
}

/**
 * A body of another type is refused where a route asks for the parsed one (`@Body`). Routes that read the stream
 * themselves (image bytes) never do, and say themselves what they take.
 */
function refuseOtherBodies(req: Request, _res: Response, next: NextFunction): void {
  // `is` answers null without a body; `Content-Length: 0` is one to it, and none to us.
  if (req.is(JSON_TYPE) === false && req.headers['content-length'] !== '0') {
    Object.defineProperty(req, 'body', {
      get: () => {
        throw new DomainError(commonErrors.unsupported_media, { field: 'Content-Type', expected: JSON_TYPE });
      },
    });
  }
  next();
}
