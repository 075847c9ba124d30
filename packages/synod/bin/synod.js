#!/usr/bin/env node
// Checked in, so that `npx synod` can say what to do before the first build.
import { existsSync } from 'node:fs'

const cli = new URL('../dist/cli.js', import.meta.url)

if (existsSync(cli)) {
  await import(cli.href)
} else {
  process.stderr.write('synod is not built yet. Run "npm run build" (or "npm start") in the top folder of the repository, then try again.\n')
  process.exitCode = 2
}
