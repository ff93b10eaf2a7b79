import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fixtures, Workdir } from '../support/workdir.ts'

const excel =
  'hint: In Excel, choose "Save As" and "CSV UTF-8 (Comma delimited)". Then run the command with that file.\n'

/** Begins like a workbook of Excel 97. */
const oldWorkbook = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2_000)])

const kinds: [string, Uint8Array, string, string][] = [
  ['people.xlsx', readFileSync(join(fixtures, 'workbooks/people.xlsx')), 'an Excel workbook', excel],
  ['people.xls', oldWorkbook, 'an Excel workbook', excel],
  [
    'people.ods',
    readFileSync(join(fixtures, 'workbooks/people.ods')),
    'a LibreOffice spreadsheet',
    'hint: In LibreOffice, choose "Save As" and "Text CSV" with the character set UTF-8. Then run the command with that file.\n',
  ],
  ['people.csv.gz', gzipSync('username\nada\n'), 'compressed with gzip', 'hint: Unpack it with gunzip.\n'],
]

describe('a file that is not text', () => {
  test.each(kinds)(
    'bulk-assign names the kind of %s and the next step',
    async (name, content, kind, hint) => {
      const workdir = new Workdir()
      workdir.write(name, content)
      expect(await workdir.inProcess.run(['bulk-assign', name])).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: ${name} is ${kind}, not a text file.\n${hint}`,
      })
    },
  )

  test('bulk-assign names the kind of a workbook on standard input, also with --encoding', async () => {
    const workdir = new Workdir()
    const stdin = readFileSync(join(fixtures, 'workbooks/people.xlsx'))
    for (const options of [[], ['--encoding', 'windows-1252']]) {
      const { code, stderr } = await workdir.run(['bulk-assign', '-', ...options], { stdin })
      expect([code, stderr]).toEqual([
        2,
        `error: standard input is an Excel workbook, not a text file.\n${excel}`,
      ])
    }
  })

  test('a list whose first cell begins with the letters PK is read', async () => {
    const workdir = new Workdir()
    workdir.write('people.csv', 'PK,username\n1,ada\n')
    const { stderr } = await workdir.inProcess.run(['bulk-assign', 'people.csv'])
    expect(stderr).toContain('does not exist')
  })
})
