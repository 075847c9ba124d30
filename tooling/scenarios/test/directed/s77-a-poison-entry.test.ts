import { expect, it } from 'vitest'
import { Play } from './s31-s79-play.ts'

it('S77: entries that are no commands are refused by every server alike, live and when the log is read again', async () => {
  const play = await new Play({ everyMs: 100 }).form()
  const random = play.simulation.world.random('poison')
  const answers = new Set<string>()
  let answered = 0
  const poisons = Array.from({ length: 400 }, (_, at) => Uint8Array.from({ length: at % 60 }, () => random.below(256)))
  const before = play.leader?.core?.view.commitIndex ?? 0
  for (const poison of poisons) {
    play.server(1 + random.below(3)).replica?.submit(poison, (outcome) => {
      answered += 1
      answers.add(outcome.ok ? Array.from(outcome.result).join() : outcome.error.code)
    })
    await play.pass(1)
  }
  await play.until('all are answered', () => answered === poisons.length)
  expect((play.leader?.core?.view.commitIndex ?? 0) - before).toBeGreaterThanOrEqual(poisons.length)
  expect([...answers].filter((answer) => answer.startsWith('SYNOD_'))).toEqual([])
  expect(play.servers.map(({ halted, lives }) => ({ halted, lives }))).toEqual(Array(3).fill({ halted: null, lives: 1 }))

  for (const server of play.servers) play.kill(server)
  for (const server of play.servers) server.start()
  await play.until('all have read their logs again', () => play.simulation.cluster.converged())
  await play.settle()
})
