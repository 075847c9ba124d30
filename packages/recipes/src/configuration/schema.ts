import type { ConfigIssue } from '@synod/interface'
import { SynodError } from '@synod/interface'

/** One thing that a schema has against a value. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

export type SchemaResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

/** A schema that follows the Standard Schema specification, version 1 (zod, valibot, arktype …), by its shape. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What may be written under a schema. */
export type SchemaInput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input']

/** What is read under a schema. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/** The value as the schema gives it back. Rejects with `SYNOD_INVALID_CONFIG` and all issues. */
export async function validate<S extends StandardSchema>(schema: S, value: unknown, path: string): Promise<SchemaOutput<S>> {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  throw invalidConfig(path, result.issues.map(configIssue))
}

/** The error for a value at `path` that is not what the schema asks for. */
export function invalidConfig(path: string, issues: readonly ConfigIssue[]): SynodError {
  const list = issues.map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`)).join('; ')
  return new SynodError('SYNOD_INVALID_CONFIG', `invalid configuration for ${path}: ${list}`, { issues })
}

function configIssue(issue: SchemaIssue): ConfigIssue {
  const keys = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  return { path: keys.join('.'), message: issue.message }
}
