import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { jsonSchema } from './open-api.js';
import { problemDocument } from './problem.js';

/** Describes what a route answers: one form, or a problem document. */
export function Answers(status: number, description: string, schema?: z.ZodType): MethodDecorator {
  return applyDecorators(
    ApiResponse({
      status,
      description,
      ...(schema === undefined ? {} : { schema: jsonSchema(schema) }),
    }),
    ApiResponse({
      status: 'default',
      description: 'What is wrong and what would be right (RFC 9457).',
      content: { 'application/problem+json': { schema: jsonSchema(problemDocument) } },
    }),
  );
}

/** Describes the body of a request. */
export function Takes(schema: z.ZodType): MethodDecorator {
  return ApiBody({ schema: jsonSchema(schema, 'input') });
}

const NAMES: Readonly<Record<string, string>> = {
  source: 'Name of the source',
  table: 'Table as in SQL, percent-encoded',
  tableName: 'Table as in SQL, percent-encoded',
  taskName: 'Name of the task',
};

/** Describes the names in a path. */
export function Names(...names: readonly string[]): MethodDecorator {
  return applyDecorators(
    ...names.map((name) =>
      ApiParam({ name, description: NAMES[name] ?? name, schema: { type: 'string' } }),
    ),
  );
}

/** Describes the fields of a query. */
export function Query(shape: Readonly<Record<string, z.ZodType>>, required: readonly string[]) {
  return applyDecorators(
    ...Object.entries(shape).map(([name, schema]) =>
      ApiQuery({ name, required: required.includes(name), schema: jsonSchema(schema, 'input') }),
    ),
  );
}
