import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { Gate } from '../../src/local-http/gate.ts'

function findRefusal(gate: Gate, headers: IncomingMessage['headers']): string | null {
  const request = new IncomingMessage(new Socket())
  Object.assign(request.headers, headers)
  return gate.findRefusal(request)
}

describe('the gate of a local server', () => {
  test('the gate of a local server on port 80 accepts its host and its origin without a port, as clients send them', () => {
    const gate = new Gate('0.0.0.0', 80, 'token')
    const headers = [
      { host: 'LOCALHOST' },
      { host: 'localhost:80' },
      { host: 'localhost', origin: 'http://127.0.0.1' },
      { host: 'evil.example' },
      { host: 'localhost', origin: 'http://evil.example' },
    ]
    expect(headers.map((each) => findRefusal(gate, each))).toEqual([
      null,
      null,
      null,
      'This host name is not served.',
      'Requests from other sites are refused.',
    ])
  })

  test('the gate of a local server on another port refuses a host and an origin without a port', () => {
    const gate = new Gate('127.0.0.1', 8090, 'token')
    expect(findRefusal(gate, { host: '127.0.0.1' })).toBe('This host name is not served.')
    expect(findRefusal(gate, { host: '127.0.0.1:8090', origin: 'http://127.0.0.1' })).toBe(
      'Requests from other sites are refused.',
    )
  })
})
