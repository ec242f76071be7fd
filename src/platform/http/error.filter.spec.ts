import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import express from 'express';
import { TestServer } from '../../../test/harness/server';
import { loadConfig } from '../config';
import { commonErrors, defineErrors, DomainError } from '../errors';
import { Logger } from '../logging';
import { ErrorFilter } from './error.filter';
import { FieldNames } from './field-names';

const errors = defineErrors({ sheet_not_ready: ['not_yet', '正在排版'], queue_away: ['unavailable', '队列不可用'] });
const logger = new Logger(loadConfig({ LOG_LEVEL: 'silent' }));
const names = new FieldNames({ modality: '设备类型', name: '名称', 'people.name': '姓名' });
const filter = new ErrorFilter(logger, names);

/** The answer to a request that ended in this error, and what was logged as a failure. */
async function answerTo(error: unknown, route = '/') {
  const logged = jest.spyOn(logger, 'failure');
  const app = express().get(route, (req, res) => filter.catch(error, new ExecutionContextHost([req, res])));
  const server = await TestServer.start(app);
  try {
    const answer = await fetch(`${server.url}${route}`);
    const { code, message, params } = (await answer.json()) as { code: string; message: string; params: object };
    return {
      status: answer.status,
      code,
      message,
      params,
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
  expect(await answerTo(error)).toMatchObject({ status: 503, code: 'sheet_not_ready', retryAfter: '2', logged: 0 });
});

it.each<[string, unknown, number, string]>([
  ['what is out of order', new DomainError(errors.queue_away), 503, 'queue_away'],
  ['a full disk', new DomainError(commonErrors.disk_full), 507, 'disk_full'],
  ['a defect', new TypeError('x is undefined'), 500, 'internal'],
])('logs %s', async (_what, error, status, code) => {
  expect(await answerTo(error)).toMatchObject({ status, code, logged: 1 });
});

it('says that the database is out of reach, and when to come again', async () => {
  const error = new Error('timeout exceeded when trying to connect');
  expect(await answerTo(error)).toMatchObject({ status: 503, code: 'unavailable', retryAfter: '5', logged: 1 });
});

describe('a refusal of a field', () => {
  const refusal = (field: string): DomainError =>
    new DomainError(commonErrors.invalid_input, { field, problem: '必填' });

  it('is worded where it is answered: the message names the field in words, the params as the API does', async () => {
    const error = refusal('studies.1.modality');
    expect(await answerTo(error)).toMatchObject({
      message: '输入有误：设备类型（第 2 项） 必填',
      params: { field: 'studies.1.modality', problem: '必填' },
    });
    expect(error.message).toBe('输入有误：studies.1.modality 必填');
  });

  it('takes the word that the name has on this route', async () => {
    expect((await answerTo(refusal('name'), '/people')).message).toBe('输入有误：姓名 必填');
    expect((await answerTo(refusal('name'), '/clinics')).message).toBe('输入有误：名称 必填');
  });
});
