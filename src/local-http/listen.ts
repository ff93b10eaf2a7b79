import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UserError } from '../errors.ts'

/**
 * @param port 0 takes a free one
 * @returns the port
 * @throws UserError when the server cannot listen on the host and port
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(createListenError(error, host, port)))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function createListenError(error: NodeJS.ErrnoException, host: string, port: number): UserError {
  if (error.code === 'EADDRINUSE')
    return new UserError(
      'failed',
      `Port ${port} is in use.`,
      'Choose another with --port; --port 0 takes a free one.',
      error,
    )
  if (error.code === 'EACCES')
    return new UserError(
      'failed',
      `Port ${port} is reserved: permission denied.`,
      'Choose one from 1024 on with --port.',
      error,
    )
  return new UserError(
    'failed',
    `The host ${host} cannot be used: ${error.message}.`,
    'Pass an address of this machine with --host, or leave it out.',
    error,
  )
}
