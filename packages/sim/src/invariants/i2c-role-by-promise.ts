import type { Invariant } from './invariant.ts'

export const roleByPromise: Invariant = {
  name: 'I2c',
  title:
    'Whoever leads or asks for promises has promised itself, and whoever follows has promised that leader: a grant to another ends it.',
  source: 'protocol §2.7, §2.17; amendment 37',
  create: (context) => ({
    onStep: ({ id, core }) => {
      const view = core?.view
      if (view === undefined || view.halted) return
      const { role, promised } = view
      const bound = role === 'following' ? view.leader : role === 'leading' || role === 'candidate' ? id : promised.candidate
      if (promised.candidate !== bound)
        context.fail(
          `server ${id} is ${role} (leader ${view.leader}) and has promised epoch ${promised.epoch} to server ${promised.candidate}`,
        )
    },
  }),
}
