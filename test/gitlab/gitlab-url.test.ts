import { describe, expect, test } from 'vitest'
import { parseGitLabUrl } from '../../src/gitlab/gitlab-url.ts'

describe('parseGitLabUrl', () => {
  test.each([
    ['gitlab.com', 'https://gitlab.com'],
    [' https://gitlab.example.com/ ', 'https://gitlab.example.com'],
    ['HTTPS://GitLab.Example.com:443', 'https://gitlab.example.com'],
    ['gitlab.example.com:8443', 'https://gitlab.example.com:8443'],
    ['https://example.com/git/lab//', 'https://example.com/git/lab'],
    ['https://gitlab.example.com/api/graphql', 'https://gitlab.example.com'],
    ['https://example.com/gitlab/api/graphql/', 'https://example.com/gitlab'],
    ['https://example.com/gitlab/api/v4', 'https://example.com/gitlab'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.8.9.1', 'http://127.8.9.1'],
    ['http://[::1]:80/', 'http://[::1]'],
  ])('parseGitLabUrl normalizes %s to %s', (text, url) => {
    expect(parseGitLabUrl(text)).toBe(url)
  })

  test.each([
    ['', 'The address is not a valid URL.'],
    ['git lab.com', 'The address is not a valid URL.'],
    ['ftp://gitlab.com', 'The address is not a valid URL.'],
    ['https://', 'The address is not a valid URL.'],
    ['https://root:hunter2@gitlab.com', 'The address contains a user name or a password.'],
    ['https://gitlab.com/?private_token=hunter2', 'The address contains a "?" or a "#".'],
    ['https://gitlab.com/#hunter2', 'The address contains a "?" or a "#".'],
    [
      'http://gitlab.example.com',
      'The token would travel to gitlab.example.com unencrypted, because the address begins with http://.',
    ],
    [
      'http://localhost.example.com',
      'The token would travel to localhost.example.com unencrypted, because the address begins with http://.',
    ],
    [
      'http://127.0.0.1.nip.io',
      'The token would travel to 127.0.0.1.nip.io unencrypted, because the address begins with http://.',
    ],
  ])('parseGitLabUrl rejects %j', (text, message) => {
    expect(() => parseGitLabUrl(text)).toThrow(expect.objectContaining({ exit: 'usage', message }))
  })
})
