import { walk } from './walk.ts'
const size = Number(process.argv[2]),
  from = Number(process.argv[3]),
  n = Number(process.argv[4]),
  trace = process.argv[5] === 't'
const t = Date.now()
let e = 0,
  c = 0,
  s = 0
for (let i = from; i < from + n; i++) {
  try {
    const r = walk({ size, seed: i, trace })
    e += r.elections
    c += r.committed
    s += r.steps
  } catch (err) {
    console.log('seed', i, (err as Error).message.slice(0, 9000))
    if (process.argv[6] !== 'c') break
  }
}
console.log({ size, n, e, c, s, ms: Date.now() - t })
