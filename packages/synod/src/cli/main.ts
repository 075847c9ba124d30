import { CommanderError } from 'commander'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { printError } from './output.ts'
import { buildProgram } from './program/build-program.ts'

/** Runs the command line and sets the exit code. Everything that goes wrong is told on standard error. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read our output has gone, as `head` does.
    if (error.code === 'EPIPE') process.exit(exitCodes.ok)
    throw error
  })
  try {
    const program = buildProgram((code) => {
      process.exitCode = code
    })
    await program.parseAsync([...argv])
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
      return
    }
    printError(error, argv.includes('--json'))
    process.exitCode = exitCodeOf(error)
  }
}
