#!/usr/bin/env node
// Node 22.1 and later keep what V8 has compiled.
require('node:module').enableCompileCache?.()
const { main } = require('../dist/duo-seats.js')
main(process.argv).then((exitCode) => {
  process.exitCode = exitCode
})
