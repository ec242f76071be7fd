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

/** A name of the API and what it stands in: the field it is a part of, or the words of the route's path. */
interface Use {
  readonly name: string;
  readonly contexts: readonly string[];
}

/** The properties at every depth of what a schema describes. */
function* properties(schema: Schema, contexts: readonly string[]): Generator<Use> {
  const { $ref, properties: own = {}, items, additionalProperties: others, ...rest } = schema;
  if ($ref) yield* properties(api.components?.schemas?.[$ref.split('/').at(-1)!] as Schema, contexts);
  for (const [name, inner] of Object.entries(own)) {
    yield { name, contexts };
    yield* properties(inner, [name]);
  }
  const { prefixItems = [], anyOf = [], oneOf = [], allOf = [] } = rest;
  for (const inner of [...prefixItems, ...anyOf, ...oneOf, ...allOf]) yield* properties(inner, contexts);
  if (items) yield* properties(items, contexts);
  if (typeof others === 'object') yield* properties(others, contexts);
}

/** Every use of a name that a refusal may give as its field: parameters of path and query, and what is in a body of JSON. */
function asked(): Use[] {
  return Object.entries(api.paths).flatMap(([path, operations]) => {
    const contexts = path.split('/').filter((word) => /^[a-z]/.test(word));
    return (Object.values(operations) as Operation[]).flatMap(({ requestBody, parameters = [] }) => [
      ...parameters.map(({ name }) => ({ name, contexts })),
      ...properties(requestBody?.content?.['application/json']?.schema ?? {}, contexts),
    ]);
  });
}

it('every field that somebody may fill in wrongly has a word', () => {
  const names = [...new Set(asked().map(({ name }) => name))];
  expect(names).toEqual(expect.arrayContaining(['accessionNumber', 'findings', 'weekdays', 'grants', 'cursor']));
  expect(names.filter((name) => !Object.hasOwn(FIELD_NAMES, name))).toEqual([]);
});

it('every word for one use of a name is of a use that there is', () => {
  const uses = new Set(asked().flatMap(({ name, contexts }) => contexts.map((context) => `${context}.${name}`)));
  const special = Object.keys(FIELD_NAMES).filter((key) => key.includes('.'));
  expect(special).toEqual(expect.arrayContaining(['people.name', 'ladder.to']));
  expect(special.filter((key) => !uses.has(key))).toEqual([]);
});

it('no word leaves open which of two things is meant', () => {
  expect(Object.values(FIELD_NAMES).filter((word) => word.includes('或'))).toEqual([]);
});

it('the words are Chinese', () => {
  const foreign = Object.entries(FIELD_NAMES).filter(([, word]) => !/\p{Script=Han}/u.test(word));
  expect(foreign).toEqual([]);
});
