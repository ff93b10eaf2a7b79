import { expect, test } from 'vitest'
import { describeFailure } from '../../src/cli/describe-failure.ts'

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your quota of the disk is used up'],
  ['EFBIG', 'the file would be larger than a limit of the system or the shell'],
  ['EIO', 'the disk reports an input or output error'],
  ['EBADF', 'it is not open for writing'],
  ['ENXIO', 'ENXIO, write'],
])('the error %s of standard output is explained: %s', (code, reason) => {
  const error = Object.assign(new Error(`${code}, write`), { code, syscall: 'write' })
  expect(describeFailure(error)).toEqual({
    exit: 'failed',
    message: `The output cannot be printed: ${reason}.`,
    hint: 'Make room or redirect it to another disk, then run the command again; it does nothing twice.',
  })
})
