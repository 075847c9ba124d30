import type { Micros, NodeId } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { FaultAction } from './actions.ts'
import type { Theme } from './theme.ts'
import { besiegedClients, closedDoors, lateCommands, peace, renewedLeaders, shortHistories, stoppedClients } from './themes-of-sessions.ts'
import { loneTroubles, singleTroubles } from './themes-of-one.ts'
import { shortLives, stillbornCandidates } from './themes-of-lives.ts'
import { constrainedElection, interruptedSync, snapshotCrashes, snapshotRaces } from './themes-of-sync.ts'
import { briefLeaders, deposedLeaders, duellingCandidates, lateFrames, pausedLeaders, toAndFro } from './themes-of-leaders.ts'

const themes: readonly Theme[] = [
  interruptedSync,
  snapshotRaces,
  constrainedElection,
  deposedLeaders,
  duellingCandidates,
  briefLeaders,
  lateFrames,
  shortLives,
  stillbornCandidates,
  pausedLeaders,
  besiegedClients,
  lateCommands,
  stoppedClients,
  loneTroubles,
  peace,
]

/** Only by name: each is a narrow case of what seeds draw anyway, for whoever looks for just that. */
const narrowThemes: readonly Theme[] = [...singleTroubles, snapshotCrashes, shortHistories, closedDoors, renewedLeaders, toAndFro]

const allThemes: readonly Theme[] = [...themes, ...narrowThemes]

/** Names of all themes, as options and the command line take them. */
export const themeNames: readonly string[] = allThemes.map((theme) => theme.name)

/** Share of the seeds that have a theme. */
const themedShare = 0.3

/** The theme of a seed; `null`: undirected faults. */
export function drawTheme(random: RandomStream, nodes: number): Theme | null {
  const possible = themes.filter((theme) => theme.nodesMin <= nodes)
  return random.chance(themedShare) && possible.length > 0 ? random.pick(possible) : null
}

export function themeOf(name: string): Theme | null {
  return allThemes.find((theme) => theme.name === name) ?? null
}

/** Episodes of a theme, one after the other and sometimes one into the other. */
export function drawThemed(
  theme: Theme,
  random: RandomStream,
  context: { readonly ids: readonly NodeId[]; readonly clients: readonly string[]; readonly faultsMicros: Micros },
): readonly FaultAction[] {
  const { ids, clients, faultsMicros } = context
  const actions: FaultAction[] = Array.from(theme.throughout?.({ random, at: 0, ids, clients }) ?? [])
  const density = random.pick([0.6, 1, 1.6])
  for (
    let at = random.below(theme.everyMicros);
    at < faultsMicros;
    at += Math.round((0.3 + random.below(1_400) / 1_000) * theme.everyMicros * density)
  ) {
    actions.push(...theme.episode({ random, at, ids, clients }))
  }
  return actions.sort((a, b) => a.at - b.at)
}
