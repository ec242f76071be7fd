import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The description of every route, made from the controllers and their zod schemas. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const options = new DocumentBuilder()
    .setTitle('County Imaging Centre 县域影像中心')
    .setDescription(
      'Errors are `{code, message, params, requestId}`; times are ISO 8601 with offset; lists answer `{items, nextCursor}`.',
    )
    .setVersion('0.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'gateway key of a clinic' }, 'gateway')
    .addCookieAuth('cic_session', { type: 'apiKey', in: 'cookie' }, 'person')
    .build();
  return SwaggerModule.createDocument(app, options, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
}

export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: '县域影像中心 API',
  });
}
