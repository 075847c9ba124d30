import { CommanderError } from 'commander'
import { describeFailure } from './failure.ts'
import { judge } from './judge.ts'
import { parseOptions } from './options.ts'
import type { FuzzOptions } from './options.ts'
import { run } from './run.ts'

async function runAll({ targets, inputs, seed }: FuzzOptions): Promise<number> {
  console.log(`${inputs} inputs for ${targets.length} targets, --seed ${seed}`)
  const results = await run({
    targets,
    inputs,
    seed,
    onFailure: (failure) => console.log(`\n${describeFailure(failure)}\n`),
    onTarget: ({ target, inputs: count, failures, outcomes, seconds }) =>
      console.log(
        `${target.padEnd(16)}${String(count).padStart(9)} inputs${String(outcomes).padStart(6)} outcomes${String(failures).padStart(6)} failures${seconds.toFixed(1).padStart(8)} s`,
      ),
  })
  const total = results.reduce((sum, { inputs: count }) => sum + count, 0)
  const failures = results.reduce((sum, { failures: count }) => sum + count, 0)
  console.log(`${total} inputs, ${failures} failures`)
  return failures === 0 ? 0 : 1
}

async function runOne({ targets: [target] }: FuzzOptions, input: Uint8Array): Promise<number> {
  if (target === undefined) throw new Error('no target')
  const subject = await target.make()
  try {
    console.log(`${target.name}: ${judge(subject, input)}`)
    console.log('1 inputs, 0 failures')
    return 0
  } catch (error) {
    console.log(error)
    console.log('1 inputs, 1 failures')
    return 1
  }
}

try {
  const options = parseOptions(process.argv.slice(2), (text) => void process.stderr.write(text))
  process.exitCode = await (options.input === undefined ? runAll(options) : runOne(options, options.input))
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}
