import { createSimulation } from '@synod/sim'

const { hash, events } = await createSimulation({ seed: process.argv[2] ?? '1', faultsMs: 6_000 }).run()
console.log(JSON.stringify({ hash, events }))
