import { defineConfig } from 'vitest/config'

const places = ['packages', 'apps', 'tooling']
const everywhere = (pattern: string): string[] => places.map((place) => `${place}/*/test/**/${pattern}`)
const exclude = ['**/node_modules/**', '**/dist/**']

/**
 * One run for everything. Tests import packages by name, that is the built `dist`, so that what is tested is what ships.
 * Files that start processes (`*.process.test.ts`) come after all others and one after the other, so that they have the machine for themselves.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    allowOnly: false,
    reporters: ['./tooling/vitest/src/reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: everywhere('*.test.ts'),
          exclude: [...exclude, '**/*.process.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: everywhere('*.process.test.ts'),
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
