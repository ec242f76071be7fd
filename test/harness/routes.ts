import type { INestApplication } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS, type AccessRule } from '../../src/platform/http';

export interface Route {
  readonly method: string;
  /** With parameters as `:name`. */
  readonly path: string;
  readonly handler: string;
  readonly access: AccessRule | undefined;
}

/** Every route of the running application, read off its controllers. */
export function routesOf(app: INestApplication): Route[] {
  const routes: Route[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, unknown>;
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const handler = prototype[name];
        if (typeof handler !== 'function') continue;
        const method = Reflect.getMetadata(METHOD_METADATA, handler) as number | undefined;
        if (method === undefined) continue;
        for (const base of several(Reflect.getMetadata(PATH_METADATA, metatype) as string | string[] | undefined)) {
          for (const own of several(Reflect.getMetadata(PATH_METADATA, handler) as string | string[] | undefined)) {
            routes.push({
              method: RequestMethod[method] ?? 'ALL',
              path: `/${base}/${own}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'),
              handler: `${metatype.name}.${name}`,
              access: Reflect.getMetadata(ACCESS, handler) as AccessRule | undefined,
            });
          }
        }
      }
    }
  }
  return routes;
}

const several = (paths: string | string[] | undefined): string[] => (Array.isArray(paths) ? paths : [paths ?? '']);
