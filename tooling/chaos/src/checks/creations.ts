import type { Creation } from '../recording.ts'
import { checkResult } from './check.ts'
import type { CheckResult } from './check.ts'

/** A sequential node as it stands at the end. */
export interface KeptNode {
  readonly path: string
  readonly data: string
  readonly position: number
}

/** Every acknowledged creation is there, no creation is there twice, and none that was refused. */
export function checkCreations(creations: readonly Creation[], nodes: readonly KeptNode[]): CheckResult {
  const anomalies: string[] = []
  const byPath = new Map(nodes.map((node) => [node.path, node]))
  const byData = new Map<string, KeptNode>()
  const known = new Set(creations.map(({ data }) => data))
  for (const node of nodes) {
    const twin = byData.get(node.data)
    if (twin !== undefined) anomalies.push(`"${node.data}" was created twice: ${twin.path} and ${node.path}`)
    if (!known.has(node.data)) anomalies.push(`${node.path} holds "${node.data}", which nobody has created`)
    byData.set(node.data, node)
  }
  for (const { client, data, outcome, path, position } of creations) {
    const node = byData.get(data)
    if (outcome === 'refused' && node !== undefined)
      anomalies.push(`${client} was told that "${data}" was surely not created, and ${node.path} is there`)
    if (outcome !== 'kept') continue
    const there = path === null ? undefined : byPath.get(path)
    if (there?.data !== data || there.position !== position) {
      anomalies.push(`${client}'s "${data}" was acknowledged as ${path} at ${position}, and there is ${JSON.stringify(there ?? 'nothing')}`)
    }
  }
  const counted = (kind: Creation['outcome']): number => creations.filter(({ outcome }) => outcome === kind).length
  const looked = `${counted('kept')} acknowledged, ${counted('open')} unknown, ${counted('refused')} refused; ${nodes.length} are there`
  return checkResult('no acknowledged write is lost, none is executed twice', looked, anomalies)
}
