import type { Violation } from '../violation.ts'
import { runTool } from './run-tool.ts'

/**
 * Checks the types of what no build compiles: tests, tooling, apps, configuration.
 *
 * @throws when the compiler itself failed
 */
export function checkTypes(): Violation[] {
  const { code, stdout, stderr } = runTool('tsc', ['-p', 'tsconfig.json', '--pretty', 'false'])
  const found = parseCompiler(stdout)
  if (code !== 0 && found.length === 0) throw new Error(`the compiler failed: ${stdout}${stderr}`)
  return found
}

/** Reads the compiler's complaints; lines that continue one are left out. Exported for the tests of tidy. */
export function parseCompiler(output: string): Violation[] {
  return [...output.matchAll(/^(?:(.+?)\((\d+),\d+\): )?error (TS\d+: .*)$/gm)].map(([, file = 'tsconfig.json', line, message = '']) => ({
    where: line === undefined ? file : `${file}:${line}`,
    message,
  }))
}
