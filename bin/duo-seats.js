#!/usr/bin/env node
// Old versions of Node must be able to read this file up to its end.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `error: duo-seats needs Node.js 20.19 or newer, and this is ${process.version}.\n` +
      'hint: Install a newer Node.js, or choose one in your version manager: nvm install 22\n',
  )
  process.exitCode = 1
} else if (!require('node:fs').existsSync(`${__dirname}/../dist/duo-seats.js`)) {
  process.stderr.write(
    'error: duo-seats is not built: its folder dist is missing.\n' +
      'hint: In the folder of its package.json, type: npm run build\n',
  )
  process.exitCode = 1
} else {
  // Node 22.1 and later keep what V8 has compiled. Loading the module takes 2 ms.
  if (major > 22 || (major === 22 && minor >= 1)) require('node:module').enableCompileCache()
  const { main } = require('../dist/duo-seats.js')
  main(process.argv).then((exitCode) => {
    process.exitCode = exitCode
  })
}
