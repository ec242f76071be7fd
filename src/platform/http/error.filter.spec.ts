import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import express from 'express';
import { TestServer } from '../../../test/harness/server';
import { loadConfig } from '../config';
import { commonErrors, defineErrors, DomainError } from '../errors';
import { Logger } from '../logging';
import { ErrorFilter } from './error.filter';

const errors = defineErrors({ sheet_not_ready: ['not_yet', '正在排版'], queue_away: ['unavailable', '队列不可用'] });
const logger = new Logger(loadConfig({ LOG_LEVEL: 'silent' }));
const filter = new ErrorFilter(logger);

/** The answer to a request that ended in this error, and what was logged as a failure. */
async function answerTo(error: unknown) {
  const logged = jest.spyOn(logger, 'failure');
  const app = express().get('/', (req, res) => filter.catch(error, new ExecutionContextHost([req, res])));
  const server = await TestServer.start(app);
  try {
    const answer = await fetch(server.url);
    const { code } = (await answer.json()) as { code: string };
    return {
      status: answer.status,
      code,
      retryAfter: answer.headers.get('retry-after'),
      logged: logged.mock.calls.length,
    };
  } finally {
    logged.mockRestore();
    await server.stop();
  }
}

it('takes "come back in a moment" for an answer, not for a failure', async () => {
  const error = new DomainError(errors.sheet_not_ready, { retryAfterSeconds: 2 });
  expect(await answerTo(error)).toEqual({ status: 503, code: 'sheet_not_ready', retryAfter: '2', logged: 0 });
});

it.each<[string, unknown, number, string]>([
  ['what is out of order', new DomainError(errors.queue_away), 503, 'queue_away'],
  ['a full disk', new DomainError(commonErrors.disk_full), 507, 'disk_full'],
  ['a defect', new TypeError('x is undefined'), 500, 'internal'],
])('logs %s', async (_what, error, status, code) => {
  expect(await answerTo(error)).toMatchObject({ status, code, logged: 1 });
});
