import type { Command } from 'commander'
import { CliError, exitCodes } from '../exit-codes.ts'

interface Described {
  readonly name: string
  readonly description: string
}

interface Words {
  readonly commands: readonly (Described & { readonly options: readonly Described[] })[]
  readonly globals: readonly Described[]
}

/** A script that completes the commands and options of this program in that shell. */
export function completionScript(program: Command, shell: string): string {
  const words = wordsOf(program)
  if (shell === 'bash') return bash(words)
  if (shell === 'zsh') return zsh(words)
  if (shell === 'fish') return fish(words)
  throw new CliError(exitCodes.usage, `completion is there for bash, zsh and fish, not for ${shell}`)
}

function wordsOf(program: Command): Words {
  const optionsOf = (command: Command): Described[] =>
    command.options
      .filter((option) => !option.hidden)
      .map((option) => ({ name: option.long ?? option.flags, description: option.description }))
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: optionsOf(command),
  }))
  return { commands, globals: [...optionsOf(program), { name: '--help', description: 'show help' }] }
}

const names = (list: readonly Described[]): string => list.map(({ name }) => name).join(' ')

function bash({ commands, globals }: Words): string {
  const cases = commands.map(({ name, options }) => `    ${name}) words="${names([...options, ...globals])}" ;;`)
  return `# bash: put "source <(synod completion bash)" into ~/.bashrc
_synod() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="${names(commands)} ${names(globals)}" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
${cases.map((line) => `  ${line}`).join('\n')}
      *) continue ;;
    esac
    break
  done
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _synod synod
`
}

function zsh({ commands, globals }: Words): string {
  const entry = ({ name, description }: Described): string => `'${name}:${quote(description).replaceAll(':', '\\:')}'`
  const cases = commands.map(({ name, options }) => `    ${name}) options=(${[...options, ...globals].map(entry).join(' ')}) ;;`)
  return `#compdef synod
# zsh: put "source <(synod completion zsh)" into ~/.zshrc, after compinit
_synod() {
  local -a commands options
  commands=(${commands.map(entry).join(' ')})
  options=(${globals.map(entry).join(' ')})
  case "\${words[2]}" in
${cases.join('\n')}
  esac
  if (( CURRENT == 2 )); then _describe 'command' commands; fi
  _describe 'option' options
  _files
}
compdef _synod synod
`
}

function fish({ commands, globals }: Words): string {
  const option = (condition: string, { name, description }: Described): string =>
    `complete -c synod ${condition}-l ${name.replace(/^--/, '')} -d '${quote(description)}'`
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c synod -n __fish_use_subcommand -a ${name} -d '${quote(description)}'`,
    ...options.map((one) => option(`-n '__fish_seen_subcommand_from ${name}' `, one)),
  ])
  return [
    '# fish: synod completion fish > ~/.config/fish/completions/synod.fish',
    ...lines,
    ...globals.map((one) => option('', one)),
    '',
  ].join('\n')
}

function quote(text: string): string {
  return text.replaceAll("'", '’')
}
