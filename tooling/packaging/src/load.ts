import { run } from './run.ts'

/**
 * Loads an entry with `require()` and with `import`, as a CommonJS and as a module program would.
 *
 * @param node the program to run it on
 * @param folder where the package is installed
 * @throws when it does not load, or when the two give different exports
 */
export function loadBothWays(node: string, folder: string, entry: string): void {
  const program = `
    const required = Object.keys(require('${entry}')).filter((key) => key !== 'module.exports' && key !== '__esModule').sort()
    import('${entry}').then((module) => {
      const imported = Object.keys(module).filter((key) => key !== 'module.exports').sort()
      if (String(required) !== String(imported)) throw new Error('require() gives ' + required + ', import gives ' + imported)
    })`
  run(node, ['--unhandled-rejections=strict', '-e', program], folder)
}
