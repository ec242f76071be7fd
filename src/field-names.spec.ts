import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from './app.module';
import { FIELD_NAMES } from './field-names';
import { loadConfig } from './platform/config';
import { buildOpenApi } from './platform/http';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly parameters?: readonly { readonly name: string }[];
}

let api: OpenAPIObject;

beforeAll(async () => {
  const config = loadConfig({
    ROLE: 'api',
    DATABASE_URL: 'postgres://localhost/none',
    APP_SECRET: 'not-used-to-describe-the-api-0123456789',
  });
  const app = await NestFactory.create(AppModule.of(config), { preview: true, logger: false, abortOnError: false });
  api = buildOpenApi(app);
}, 60_000);

/** The properties at every depth of what a schema describes. */
function* properties(schema: Schema): Generator<string> {
  const { $ref, properties: own = {}, items, additionalProperties: others, ...rest } = schema;
  if ($ref) yield* properties(api.components?.schemas?.[$ref.split('/').at(-1)!] as Schema);
  for (const [name, inner] of Object.entries(own)) {
    yield name;
    yield* properties(inner);
  }
  const { prefixItems = [], anyOf = [], oneOf = [], allOf = [] } = rest;
  for (const inner of [...prefixItems, ...anyOf, ...oneOf, ...allOf]) yield* properties(inner);
  if (items) yield* properties(items);
  if (typeof others === 'object') yield* properties(others);
}

/** Every name that a refusal may give as its field: parameters of path and query, and what is in a body of JSON. */
function asked(): Set<string> {
  const operations = Object.values(api.paths).flatMap((path) => Object.values(path) as Operation[]);
  return new Set(
    operations.flatMap(({ requestBody, parameters = [] }) => [
      ...parameters.map(({ name }) => name),
      ...properties(requestBody?.content?.['application/json']?.schema ?? {}),
    ]),
  );
}

it('every field that somebody may fill in wrongly has a word', () => {
  const names = [...asked()];
  expect(names).toEqual(expect.arrayContaining(['accessionNumber', 'findings', 'weekdays', 'grants', 'cursor']));
  expect(names.filter((name) => !Object.hasOwn(FIELD_NAMES, name))).toEqual([]);
});

it('the words are Chinese', () => {
  const foreign = Object.entries(FIELD_NAMES).filter(([, word]) => !/\p{Script=Han}/u.test(word));
  expect(foreign).toEqual([]);
});
