import 'reflect-metadata';
import { gzipSync } from 'node:zlib';
import { Body, Controller, Get, Module, Param, Post, Query, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request } from 'express';
import { z } from 'zod';
import { bodyOf } from '../../../test/harness/server';
import { Config, loadConfig } from '../config';
import { Logger } from '../logging';
import { FieldNames } from './field-names';
import { dressHttpApp } from './http-app';
import { idParam, instant, lines, page, periodFrom, periodTo, text, uuid } from './schemas';

const JSON_TYPE = 'application/json';
const config = loadConfig({ LOG_LEVEL: 'silent' });

const formSchema = z.strictObject({
  name: text(5),
  findings: lines(10).optional(),
  clinic: uuid.optional(),
  at: instant.optional(),
  sex: z.enum(['M', 'F', 'O']).optional(),
  code: z.string().min(2).max(4).optional(),
  mark: z.string().min(1).optional(),
  age: z.number().int().min(0).max(150).optional(),
  urgent: z.boolean().optional(),
  parts: z.array(z.string()).min(1).max(2).optional(),
  own: z.string('请写文字').optional(),
  to: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]).optional(),
});
const missingSchema = z.strictObject({ name: text(5), clinic: uuid, at: instant, sex: z.enum(['M']), age: z.number() });
const periodSchema = z.strictObject({ from: periodFrom, to: periodTo.optional() });
const state = z
  .string()
  .transform((value) => value.split(','))
  .pipe(z.array(z.enum(['NEW', 'DONE'])))
  .optional();
const listSchema = z.strictObject({ state, ...page });

@Controller()
class Desk {
  @Post('forms')
  form(@Body({ schema: formSchema }) input: object): object {
    return { name: Object.keys(input) };
  }

  @Post('missing')
  missing(@Body({ schema: missingSchema }) _input: object): void {}

  @Post('optional')
  optional(@Body({ schema: z.strictObject({}).optional() }) _input: unknown): void {}

  @Post('bytes')
  async bytes(@Req() req: Request): Promise<object> {
    return { length: (await bodyOf(req)).length };
  }

  @Get('forms')
  list(@Query({ schema: listSchema }) input: { limit: number }): object {
    return { limit: input.limit };
  }

  @Get('period')
  period(@Query({ schema: periodSchema }) input: object): object {
    return input;
  }

  @Get('forms/:form')
  one(@Param('form', idParam) _form: string): void {}

  @Get('named')
  named(@Query('on', { schema: z.iso.date('须为日期') }) _on: string): void {}
}

@Module({
  controllers: [Desk],
  providers: [
    { provide: Config, useValue: config },
    { provide: Logger, useValue: new Logger(config) },
    { provide: FieldNames, useValue: new FieldNames({}) },
  ],
})
class DeskModule {}

let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(DeskModule, { bodyParser: false, logger: false });
  dressHttpApp(app);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

interface Answer {
  readonly code: string;
  readonly params: { readonly field?: string; readonly problem?: string; readonly problems?: readonly object[] };
}

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`${url}/${path}`, init);
  const said = await response.text();
  return { status: response.status, ...((said === '' ? {} : JSON.parse(said)) as Answer) };
}

const send = (
  path: string,
  body: RequestInit['body'],
  headers: Record<string, string> = { 'content-type': JSON_TYPE },
) => ask(path, { method: 'POST', body, headers });
const fill = (input: object) => send('forms', JSON.stringify({ name: '张三', ...input }));

describe('a body that cannot be read', () => {
  const form = JSON.stringify({ name: '张三' });
  const cases: [string, RequestInit['body'], Record<string, string>, number, string, object][] = [
    ['is too large', `"${'x'.repeat(1_100_000)}"`, {}, 413, 'body_too_large', {}],
    ['is no JSON', '{"name":', {}, 400, 'invalid_input', { field: 'body', problem: '不是有效的 JSON' }],
    ['is not packed as it says', form, { 'content-encoding': 'gzip' }, 400, 'invalid_input', { field: 'body' }],
    [
      'is packed unreadably',
      form,
      { 'content-encoding': 'zip' },
      415,
      'unsupported_media',
      { field: 'Content-Encoding' },
    ],
    ['is in another charset', form, { 'content-type': `${JSON_TYPE}; charset=gbk` }, 415, 'unsupported_media', {}],
    ['is of another type', form, { 'content-type': 'text/plain' }, 415, 'unsupported_media', { expected: JSON_TYPE }],
  ];
  it.each(cases)('%s', async (_what, body, headers, status, code, params) => {
    expect(await send('forms', body, { 'content-type': JSON_TYPE, ...headers })).toMatchObject({
      status,
      code,
      params,
    });
  });

  it('is refused even where none is needed, but no body is fine', async () => {
    const plain = { 'content-type': 'text/plain' };
    expect(await send('optional', '{}', plain)).toMatchObject({ status: 415 });
    expect(await send('optional', '', plain)).toMatchObject({ status: 201 });
  });

  it('concerns only routes that take JSON', async () => {
    expect(await send('bytes', 'abc', { 'content-type': 'application/dicom' })).toMatchObject({
      status: 201,
      length: 3,
    });
    const packed = await send('forms', gzipSync(form), { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' });
    expect(packed).toMatchObject({ status: 201 });
  });
});

it('names a parameter of the path or the query that is wrong', async () => {
  expect(await ask('forms/7')).toMatchObject({ status: 400, params: { field: 'form', problem: '不是有效的编号' } });
  expect(await ask('forms/%FF')).toMatchObject({ status: 400, params: { field: 'path' } });
  expect(await ask('named?on=7')).toMatchObject({ status: 400, params: { field: 'on', problem: '须为日期' } });
  expect(await ask('forms?state=NEW,OLD')).toMatchObject({ params: { field: 'state', problem: '只能是 NEW、DONE' } });
});

it.each(['0', '201', '1.5', 'many', ''])('takes 1 to 200 for a limit, not %p', async (limit) => {
  const params = { field: 'limit', problem: '须为 1 至 200 的整数' };
  expect(await ask(`forms?limit=${limit}`)).toMatchObject({ status: 400, params });
});

it('takes the ends of the range for a limit, and 50 without one', async () => {
  expect(await ask('forms?limit=200')).toMatchObject({ limit: 200 });
  expect(await ask('forms?limit=1')).toMatchObject({ limit: 1 });
  expect(await ask('forms')).toMatchObject({ limit: 50 });
});

it.each<[object, string, string]>([
  [{ foo: 1, bar: 2 }, 'foo', '不认识的字段：foo、bar'],
  [{ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }, 'a', '不认识的字段：a、b、c、d、e 等 6 个'],
  [{ sex: 'X' }, 'sex', '只能是 M、F、O'],
  [{ to: { kind: 'c' } }, 'to.kind', '只能是 a、b'],
  [{ name: '' }, 'name', '不能为空'],
  [{ name: 7 }, 'name', '须为文字'],
  [{ code: 'abcde' }, 'code', '不能超过 4 个字'],
  [{ code: 'a' }, 'code', '至少 2 个字'],
  [{ mark: '' }, 'mark', '不能为空'],
  [{ age: 151 }, 'age', '不能大于 150'],
  [{ age: -1 }, 'age', '不能小于 0'],
  [{ age: 1.5 }, 'age', '须为整数'],
  [{ age: '7' }, 'age', '须为数字'],
  [{ urgent: 'yes' }, 'urgent', '须为是或否'],
  [{ parts: 'chest' }, 'parts', '须为列表'],
  [{ parts: [] }, 'parts', '不能为空'],
  [{ parts: ['a', 'b', 'c'] }, 'parts', '不能超过 2 项'],
  [{ parts: ['a', 1] }, 'parts.1', '须为文字'],
  [{ own: 7 }, 'own', '请写文字'],
  [{ clinic: 'x' }, 'clinic', '不是有效的编号'],
  [{ name: '张\ud840' }, 'name', '含有残缺的字符'],
  [{ findings: '\udc00\n右肺' }, 'findings', '含有残缺的字符'],
  [{ findings: '右肺\u0000' }, 'findings', '含有不允许的控制字符'],
])('says of %j what is wrong with %s', async (input, field, problem) => {
  expect(await fill(input)).toMatchObject({ status: 400, code: 'invalid_input', params: { field, problem } });
});

describe('a period', () => {
  const period = (query: string) => ask(`period?${query}`);

  it('is given in days of Asia/Shanghai, which count whole, or in moments', async () => {
    expect(await period('from=2026-03-02&to=2026-03-02')).toMatchObject({
      from: '2026-03-01T16:00:00.000Z',
      to: '2026-03-02T16:00:00.000Z',
    });
    expect(await period('from=2026-03-02T08:30:00%2B08:00&to=2026-03-03')).toMatchObject({
      from: '2026-03-02T00:30:00.000Z',
      to: '2026-03-03T16:00:00.000Z',
    });
    expect(await period('from=2024-02-29')).toEqual({ status: 200, from: '2024-02-28T16:00:00.000Z' });
  });

  it.each([
    ['from=2026-02-29', 'from', '须为日期（如 2026-03-02）或带时区的 ISO 8601 时间'],
    ['from=2026-03-02T08:30:00', 'from', '须为日期（如 2026-03-02）或带时区的 ISO 8601 时间'],
    ['from=yesterday', 'from', '须为日期（如 2026-03-02）或带时区的 ISO 8601 时间'],
    ['from=2026-3-2', 'from', '须为日期（如 2026-03-02）或带时区的 ISO 8601 时间'],
    ['from=1200-01-01', 'from', '不是合理的时间'],
    ['from=2026-03-02&to=2300-01-01', 'to', '不是合理的时间'],
    ['to=2026-03-02', 'from', '必填'],
  ])('%s is none', async (query, field, problem) =>
    expect(await period(query)).toMatchObject({ status: 400, params: { field, problem } }),
  );
});

it('takes whole characters outside the basic plane: rare surnames are made of them', async () => {
  expect(await fill({ name: '𠮷三', findings: '𠮷\n' })).toMatchObject({ status: 201 });
});

it('asks for everything that is missing', async () => {
  const problems = ['name', 'clinic', 'at', 'sex', 'age'].map((field) => ({ field, problem: '必填' }));
  expect(await send('missing', '{}')).toMatchObject({ status: 400, params: { problems } });
  expect(await send('missing', '[]')).toMatchObject({ params: { field: 'body', problem: '须为 JSON 对象' } });
  expect(await send('missing', '', {})).toMatchObject({ params: { field: 'body', problem: '必填' } });
});
