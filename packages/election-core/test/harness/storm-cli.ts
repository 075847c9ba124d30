import { storm } from './storm.ts'

// node storm-cli.ts <voters> <first seed> <seeds> [<seconds at most> [trace]]
const [size = 3, from = 1, count = 100, seconds = 60] = process.argv.slice(2, 6).map(Number)
const trace = process.argv[6] === 'trace'
const sum = { elections: 0, committed: 0, reads: 0, steps: 0 }
const began = process.hrtime.bigint()
let done = 0
let failures = 0
let slowest = { seed: 0, micros: 0 }
for (let seed = from; seed < from + count && Number(process.hrtime.bigint() - began) < seconds * 1e9; seed += 1) {
  done += 1
  try {
    const result = storm({ size, seed, trace })
    for (const key of ['elections', 'committed', 'reads', 'steps'] as const) sum[key] += result[key]
    if (result.tookMicros > slowest.micros) slowest = { seed, micros: result.tookMicros }
  } catch (error) {
    failures += 1
    if (failures <= 5) console.log(error instanceof Error ? `seed ${seed}: ${error.message.slice(0, trace ? 20_000 : 600)}` : error)
    if (trace || process.argv[6] === 'first') break
  }
}
console.log(JSON.stringify({ size, done, failures, ...sum, slowest }))
