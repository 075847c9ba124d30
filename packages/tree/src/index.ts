/** placeholder docs follow */
export * from './commands/index.ts'
