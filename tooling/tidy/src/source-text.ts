/** One import or re-export of a source file. */
export interface Import {
  readonly from: string
  /** Position in the text, for the line number. */
  readonly at: number
}

const TOKENS =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`)|(?<regex>(?<=(?:^|[(,=:[!&|?{};\n]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*)/g

/**
 * The text with everything that is not code blanked out, positions kept: comments always, and the insides of strings, templates and regular expressions when asked.
 * Code inside a template's `${}` goes with the template.
 */
export function codeOnly(text: string, options: { readonly keepStrings: boolean }): string {
  return text.replace(TOKENS, (token, ...rest) => {
    const groups = rest.at(-1) as { comment?: string }
    return groups.comment === undefined && options.keepStrings ? token : blank(token)
  })
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

const IMPORTS = /(?<!\.)\b(?:from|import)\s*\(?\s*(['"])([^'"\s\\]+)\1/g

/** Every module that a source imports, statically or with `import()`, types included. */
export function importsOf(text: string): Import[] {
  const code = codeOnly(text, { keepStrings: false })
  return [...codeOnly(text, { keepStrings: true }).matchAll(IMPORTS)]
    .filter((match) => code[match.index] === text[match.index])
    .map((match) => ({ from: match[2] ?? '', at: match.index }))
}

/** The package of an import specifier (`@synod/tree` for `@synod/tree/commands`). */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
