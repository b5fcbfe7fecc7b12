import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { createOpenApi } from './openapi.ts';
import { ROUTES } from './routes.ts';

test('the description is valid by the official schema of OpenAPI 3.1', async () => {
  const document = { ...createOpenApi(ROUTES) };
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document);
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, '3.1');
  const wrong = { ...document, paths: { status: {} } };
  assert.equal((await validator.validate(wrong)).valid, false, 'the validator finds errors');
});
