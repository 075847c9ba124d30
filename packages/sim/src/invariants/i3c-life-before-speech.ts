import type { Invariant } from './invariant.ts'

export const lifeBeforeSpeech: Invariant = {
  name: 'I3c',
  title:
    'Nobody numbers messages of a life that is not on its disk: after a crash another life would use the numbers again (a store that is being formed has none yet).',
  source: 'protocol §2.14 R6; amendments 30, 38',
  create: (context) => ({
    onEnvelope: ({ id, disk }, { sequence, body }, { to, fromIncarnation }) => {
      if (sequence > 0 && !disk.isBlank && disk.incarnation !== fromIncarnation)
        context.fail(`server ${id} sends ${body.type} to server ${to} in life ${fromIncarnation}; its disk knows of ${disk.incarnation}`)
    },
  }),
}
