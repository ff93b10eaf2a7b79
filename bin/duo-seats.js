#!/usr/bin/env node
const { main } = require('../dist/duo-seats.js')
main(process.argv).then((exitCode) => {
  process.exitCode = exitCode
})
