import { describe, expect, test } from 'vitest'
import { parseGitLabUrl } from '../../src/gitlab/gitlab-url.ts'

describe('the address of a GitLab', () => {
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
  ])('%s is kept as %s', (text, url) => {
    expect(parseGitLabUrl(text)).toBe(url)
  })

  test.each([
    ['', 'This is no address of a GitLab.'],
    ['git lab.com', 'This is no address of a GitLab.'],
    ['ftp://gitlab.com', 'This is no address of a GitLab.'],
    ['https://', 'This is no address of a GitLab.'],
    ['https://root:hunter2@gitlab.com', 'The address holds a user name or a password.'],
    ['https://gitlab.com/?private_token=hunter2', 'The address holds more than an address: a "?" or a "#".'],
    ['https://gitlab.com/#hunter2', 'The address holds more than an address: a "?" or a "#".'],
    ['http://gitlab.example.com', 'With http:// the token would travel to gitlab.example.com unencrypted.'],
    [
      'http://localhost.example.com',
      'With http:// the token would travel to localhost.example.com unencrypted.',
    ],
    ['http://127.0.0.1.nip.io', 'With http:// the token would travel to 127.0.0.1.nip.io unencrypted.'],
  ])('%s is refused', (text, message) => {
    expect(() => parseGitLabUrl(text)).toThrow(expect.objectContaining({ exit: 'usage', message }))
  })
})
