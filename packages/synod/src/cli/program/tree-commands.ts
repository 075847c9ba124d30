import type { Command } from 'commander'
import type { Consistency } from '@synod/interface/coordination'
import { wholeNumber } from './numbers.ts'
import { consistencyOption, prepare, running, targetCommand } from './shared.ts'
import type { SetExitCode } from './shared.ts'

/** `ls`, `get`, `set`, `create`, `delete`, `watch`. */
export function addTreeCommands(program: Command, setExitCode: SetExitCode): void {
  addReads(program, setExitCode)
  addWrites(program, setExitCode)
  targetCommand(program, 'watch')
    .description('print every change, one a line, across failures of servers, until Ctrl-C')
    .argument('<path>')
    .option('-r, --recursive', 'of the node and everything below it')
    .option('--children', "of the list of the node's children")
    .option('--from <zxid>', 'everything after this position, such as 3.128')
    .option('--count <n>', 'end after n events')
    .option('--no-values', 'do not read the values')
    .action(
      running(setExitCode, async ([path = ''], command) => {
        const { watch, parseZxid } = await import('../commands/watch.ts')
        const { target, flags, json } = prepare<WatchFlags>(command)
        const mode = flags.recursive === true ? 'recursive' : flags.children === true ? 'children' : 'data'
        const count = flags.count === undefined ? Infinity : wholeNumber('--count', flags.count)
        const from = flags.from === undefined ? {} : { from: parseZxid(flags.from) }
        return await watch(target, path, { json, mode, count, values: flags.values, ...from })
      }),
    )
}

interface WatchFlags {
  readonly recursive?: boolean
  readonly children?: boolean
  readonly from?: string
  readonly count?: string
  readonly values: boolean
}

function addReads(program: Command, setExitCode: SetExitCode): void {
  targetCommand(program, 'ls')
    .description("print the names of a node's children")
    .argument('[path]', 'default: /', '/')
    .option('-r, --recursive', 'print the paths of everything below')
    .addOption(consistencyOption())
    .action(
      running(setExitCode, async ([path = '/'], command) => {
        const { list } = await import('../commands/list.ts')
        const { target, flags, json } = prepare<{ readonly recursive?: boolean; readonly consistency: Consistency }>(command)
        return await list(target, path, { json, recursive: flags.recursive === true, consistency: flags.consistency })
      }),
    )
  targetCommand(program, 'get')
    .description('print the value of a node')
    .argument('<path>')
    .option('--raw', 'exactly the bytes, without a line end')
    .addOption(consistencyOption())
    .action(
      running(setExitCode, async ([path = ''], command) => {
        const { get } = await import('../commands/get.ts')
        const { target, flags, json } = prepare<{ readonly raw?: boolean; readonly consistency: Consistency }>(command)
        return await get(target, path, { json, raw: flags.raw === true, consistency: flags.consistency })
      }),
    )
}

function addWrites(program: Command, setExitCode: SetExitCode): void {
  targetCommand(program, 'set')
    .description('write the value of a node; create it, and its parents, when they are missing')
    .argument('<path>')
    .argument('<value>', '- reads it from standard input')
    .option('--if-version <n>', 'only when the node has this version')
    .option('--existing', 'only when the node is there')
    .action(
      running(setExitCode, async ([path = '', value = ''], command) => {
        const { set, readValue } = await import('../commands/set.ts')
        const { target, flags, json } = prepare<{ readonly ifVersion?: string; readonly existing?: boolean }>(command)
        const version = flags.ifVersion === undefined ? {} : { version: wholeNumber('--if-version', flags.ifVersion) }
        return await set(target, { path, value: readValue(value) }, { json, existing: flags.existing === true, ...version })
      }),
    )
  targetCommand(program, 'create')
    .description('create a node and print its path')
    .argument('<path>')
    .argument('[value]', '- reads it from standard input', '')
    .option('-p, --parents', 'create missing parents, too')
    .option('--sequential', 'append a counter of the parent to the path')
    .option('--ephemeral', 'it vanishes when this command ends, which stays until Ctrl-C')
    .action(
      running(setExitCode, async ([path = '', value = ''], command) => {
        const { create } = await import('../commands/create.ts')
        const { readValue } = await import('../commands/set.ts')
        const { target, flags, json } = prepare<{
          readonly parents?: boolean
          readonly sequential?: boolean
          readonly ephemeral?: boolean
        }>(command)
        const { parents = false, sequential = false, ephemeral = false } = flags
        return await create(target, { path, value: readValue(value) }, { json, parents, sequential, ephemeral })
      }),
    )
  targetCommand(program, 'delete')
    .alias('rm')
    .description('delete a node')
    .argument('<path>')
    .option('-r, --recursive', 'everything below it first; not atomic')
    .option('--if-version <n>', 'only when the node has this version')
    .action(
      running(setExitCode, async ([path = ''], command) => {
        const { deleteNode } = await import('../commands/delete.ts')
        const { target, flags, json } = prepare<{ readonly recursive?: boolean; readonly ifVersion?: string }>(command)
        const version = flags.ifVersion === undefined ? {} : { version: wholeNumber('--if-version', flags.ifVersion) }
        return await deleteNode(target, path, { json, recursive: flags.recursive === true, ...version })
      }),
    )
}
